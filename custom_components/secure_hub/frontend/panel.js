var ee=globalThis,te=ee.ShadowRoot&&(ee.ShadyCSS===void 0||ee.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,ke=Symbol(),it=new WeakMap,z=class{constructor(t,e,s){if(this._$cssResult$=!0,s!==ke)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(te&&t===void 0){let s=e!==void 0&&e.length===1;s&&(t=it.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),s&&it.set(e,t))}return t}toString(){return this.cssText}},nt=n=>new z(typeof n=="string"?n:n+"",void 0,ke),$=(n,...t)=>{let e=n.length===1?n[0]:t.reduce((s,r,i)=>s+(o=>{if(o._$cssResult$===!0)return o.cssText;if(typeof o=="number")return o;throw Error("Value passed to 'css' function must be a 'css' function result: "+o+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(r)+n[i+1],n[0]);return new z(e,n,ke)},at=(n,t)=>{if(te)n.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let s=document.createElement("style"),r=ee.litNonce;r!==void 0&&s.setAttribute("nonce",r),s.textContent=e.cssText,n.appendChild(s)}},Re=te?n=>n:n=>n instanceof CSSStyleSheet?(t=>{let e="";for(let s of t.cssRules)e+=s.cssText;return nt(e)})(n):n;var{is:ss,defineProperty:rs,getOwnPropertyDescriptor:is,getOwnPropertyNames:ns,getOwnPropertySymbols:as,getPrototypeOf:os}=Object,se=globalThis,ot=se.trustedTypes,ls=ot?ot.emptyScript:"",ds=se.reactiveElementPolyfillSupport,F=(n,t)=>n,Se={toAttribute(n,t){switch(t){case Boolean:n=n?ls:null;break;case Object:case Array:n=n==null?n:JSON.stringify(n)}return n},fromAttribute(n,t){let e=n;switch(t){case Boolean:e=n!==null;break;case Number:e=n===null?null:Number(n);break;case Object:case Array:try{e=JSON.parse(n)}catch{e=null}}return e}},dt=(n,t)=>!ss(n,t),lt={attribute:!0,type:String,converter:Se,reflect:!1,useDefault:!1,hasChanged:dt};Symbol.metadata??=Symbol("metadata"),se.litPropertyMetadata??=new WeakMap;var S=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=lt){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let s=Symbol(),r=this.getPropertyDescriptor(t,s,e);r!==void 0&&rs(this.prototype,t,r)}}static getPropertyDescriptor(t,e,s){let{get:r,set:i}=is(this.prototype,t)??{get(){return this[e]},set(o){this[e]=o}};return{get:r,set(o){let c=r?.call(this);i?.call(this,o),this.requestUpdate(t,c,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??lt}static _$Ei(){if(this.hasOwnProperty(F("elementProperties")))return;let t=os(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(F("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(F("properties"))){let e=this.properties,s=[...ns(e),...as(e)];for(let r of s)this.createProperty(r,e[r])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[s,r]of e)this.elementProperties.set(s,r)}this._$Eh=new Map;for(let[e,s]of this.elementProperties){let r=this._$Eu(e,s);r!==void 0&&this._$Eh.set(r,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let s=new Set(t.flat(1/0).reverse());for(let r of s)e.unshift(Re(r))}else t!==void 0&&e.push(Re(t));return e}static _$Eu(t,e){let s=e.attribute;return s===!1?void 0:typeof s=="string"?s:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let s of e.keys())this.hasOwnProperty(s)&&(t.set(s,this[s]),delete this[s]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return at(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,s){this._$AK(t,s)}_$ET(t,e){let s=this.constructor.elementProperties.get(t),r=this.constructor._$Eu(t,s);if(r!==void 0&&s.reflect===!0){let i=(s.converter?.toAttribute!==void 0?s.converter:Se).toAttribute(e,s.type);this._$Em=t,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(t,e){let s=this.constructor,r=s._$Eh.get(t);if(r!==void 0&&this._$Em!==r){let i=s.getPropertyOptions(r),o=typeof i.converter=="function"?{fromAttribute:i.converter}:i.converter?.fromAttribute!==void 0?i.converter:Se;this._$Em=r;let c=o.fromAttribute(e,i.type);this[r]=c??this._$Ej?.get(r)??c,this._$Em=null}}requestUpdate(t,e,s,r=!1,i){if(t!==void 0){let o=this.constructor;if(r===!1&&(i=this[t]),s??=o.getPropertyOptions(t),!((s.hasChanged??dt)(i,e)||s.useDefault&&s.reflect&&i===this._$Ej?.get(t)&&!this.hasAttribute(o._$Eu(t,s))))return;this.C(t,e,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:s,reflect:r,wrapped:i},o){s&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,o??e??this[t]),i!==!0||o!==void 0)||(this._$AL.has(t)||(this.hasUpdated||s||(e=void 0),this._$AL.set(t,e)),r===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[r,i]of this._$Ep)this[r]=i;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[r,i]of s){let{wrapped:o}=i,c=this[r];o!==!0||this._$AL.has(r)||c===void 0||this.C(r,void 0,i,c)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(e)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};S.elementStyles=[],S.shadowRootOptions={mode:"open"},S[F("elementProperties")]=new Map,S[F("finalized")]=new Map,ds?.({ReactiveElement:S}),(se.reactiveElementVersions??=[]).push("2.1.2");var Ae=globalThis,ct=n=>n,re=Ae.trustedTypes,pt=re?re.createPolicy("lit-html",{createHTML:n=>n}):void 0,Ee="$lit$",T=`lit$${Math.random().toFixed(9).slice(2)}$`,Pe="?"+T,cs=`<${Pe}>`,C=document,J=()=>C.createComment(""),K=n=>n===null||typeof n!="object"&&typeof n!="function",Ce=Array.isArray,$t=n=>Ce(n)||typeof n?.[Symbol.iterator]=="function",Te=`[ 	
\f\r]`,W=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,ht=/-->/g,ut=/>/g,E=RegExp(`>|${Te}(?:([^\\s"'>=/]+)(${Te}*=${Te}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),mt=/'/g,gt=/"/g,vt=/^(?:script|style|textarea|title)$/i,Oe=n=>(t,...e)=>({_$litType$:n,strings:t,values:e}),a=Oe(1),y=Oe(2),Js=Oe(3),x=Symbol.for("lit-noChange"),d=Symbol.for("lit-nothing"),ft=new WeakMap,P=C.createTreeWalker(C,129);function bt(n,t){if(!Ce(n)||!n.hasOwnProperty("raw"))throw Error("invalid template strings array");return pt!==void 0?pt.createHTML(t):t}var wt=(n,t)=>{let e=n.length-1,s=[],r,i=t===2?"<svg>":t===3?"<math>":"",o=W;for(let c=0;c<e;c++){let l=n[c],h,m,f=-1,w=0;for(;w<l.length&&(o.lastIndex=w,m=o.exec(l),m!==null);)w=o.lastIndex,o===W?m[1]==="!--"?o=ht:m[1]!==void 0?o=ut:m[2]!==void 0?(vt.test(m[2])&&(r=RegExp("</"+m[2],"g")),o=E):m[3]!==void 0&&(o=E):o===E?m[0]===">"?(o=r??W,f=-1):m[1]===void 0?f=-2:(f=o.lastIndex-m[2].length,h=m[1],o=m[3]===void 0?E:m[3]==='"'?gt:mt):o===gt||o===mt?o=E:o===ht||o===ut?o=W:(o=E,r=void 0);let p=o===E&&n[c+1].startsWith("/>")?" ":"";i+=o===W?l+cs:f>=0?(s.push(h),l.slice(0,f)+Ee+l.slice(f)+T+p):l+T+(f===-2?c:p)}return[bt(n,i+(n[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},G=class n{constructor({strings:t,_$litType$:e},s){let r;this.parts=[];let i=0,o=0,c=t.length-1,l=this.parts,[h,m]=wt(t,e);if(this.el=n.createElement(h,s),P.currentNode=this.el.content,e===2||e===3){let f=this.el.content.firstChild;f.replaceWith(...f.childNodes)}for(;(r=P.nextNode())!==null&&l.length<c;){if(r.nodeType===1){if(r.hasAttributes())for(let f of r.getAttributeNames())if(f.endsWith(Ee)){let w=m[o++],p=r.getAttribute(f).split(T),u=/([.?@])?(.*)/.exec(w);l.push({type:1,index:i,name:u[2],strings:p,ctor:u[1]==="."?ne:u[1]==="?"?ae:u[1]==="@"?oe:M}),r.removeAttribute(f)}else f.startsWith(T)&&(l.push({type:6,index:i}),r.removeAttribute(f));if(vt.test(r.tagName)){let f=r.textContent.split(T),w=f.length-1;if(w>0){r.textContent=re?re.emptyScript:"";for(let p=0;p<w;p++)r.append(f[p],J()),P.nextNode(),l.push({type:2,index:++i});r.append(f[w],J())}}}else if(r.nodeType===8)if(r.data===Pe)l.push({type:2,index:i});else{let f=-1;for(;(f=r.data.indexOf(T,f+1))!==-1;)l.push({type:7,index:i}),f+=T.length-1}i++}}static createElement(t,e){let s=C.createElement("template");return s.innerHTML=t,s}};function O(n,t,e=n,s){if(t===x)return t;let r=s!==void 0?e._$Co?.[s]:e._$Cl,i=K(t)?void 0:t._$litDirective$;return r?.constructor!==i&&(r?._$AO?.(!1),i===void 0?r=void 0:(r=new i(n),r._$AT(n,e,s)),s!==void 0?(e._$Co??=[])[s]=r:e._$Cl=r),r!==void 0&&(t=O(n,r._$AS(n,t.values),r,s)),t}var ie=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,r=(t?.creationScope??C).importNode(e,!0);P.currentNode=r;let i=P.nextNode(),o=0,c=0,l=s[0];for(;l!==void 0;){if(o===l.index){let h;l.type===2?h=new q(i,i.nextSibling,this,t):l.type===1?h=new l.ctor(i,l.name,l.strings,this,t):l.type===6&&(h=new le(i,this,t)),this._$AV.push(h),l=s[++c]}o!==l?.index&&(i=P.nextNode(),o++)}return P.currentNode=C,r}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},q=class n{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,r){this.type=2,this._$AH=d,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=O(this,t,e),K(t)?t===d||t==null||t===""?(this._$AH!==d&&this._$AR(),this._$AH=d):t!==this._$AH&&t!==x&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):$t(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==d&&K(this._$AH)?this._$AA.nextSibling.data=t:this.T(C.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,r=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=G.createElement(bt(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===r)this._$AH.p(e);else{let i=new ie(r,this),o=i.u(this.options);i.p(e),this.T(o),this._$AH=i}}_$AC(t){let e=ft.get(t.strings);return e===void 0&&ft.set(t.strings,e=new G(t)),e}k(t){Ce(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,r=0;for(let i of t)r===e.length?e.push(s=new n(this.O(J()),this.O(J()),this,this.options)):s=e[r],s._$AI(i),r++;r<e.length&&(this._$AR(s&&s._$AB.nextSibling,r),e.length=r)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=ct(t).nextSibling;ct(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},M=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,r,i){this.type=1,this._$AH=d,this._$AN=void 0,this.element=t,this.name=e,this._$AM=r,this.options=i,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=d}_$AI(t,e=this,s,r){let i=this.strings,o=!1;if(i===void 0)t=O(this,t,e,0),o=!K(t)||t!==this._$AH&&t!==x,o&&(this._$AH=t);else{let c=t,l,h;for(t=i[0],l=0;l<i.length-1;l++)h=O(this,c[s+l],e,l),h===x&&(h=this._$AH[l]),o||=!K(h)||h!==this._$AH[l],h===d?t=d:t!==d&&(t+=(h??"")+i[l+1]),this._$AH[l]=h}o&&!r&&this.j(t)}j(t){t===d?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},ne=class extends M{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===d?void 0:t}},ae=class extends M{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==d)}},oe=class extends M{constructor(t,e,s,r,i){super(t,e,s,r,i),this.type=5}_$AI(t,e=this){if((t=O(this,t,e,0)??d)===x)return;let s=this._$AH,r=t===d&&s!==d||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,i=t!==d&&(s===d||r);r&&this.element.removeEventListener(this.name,this,s),i&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},le=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){O(this,t)}},yt={M:Ee,P:T,A:Pe,C:1,L:wt,R:ie,D:$t,V:O,I:q,H:M,N:ae,U:oe,B:ne,F:le},ps=Ae.litHtmlPolyfillSupport;ps?.(G,q),(Ae.litHtmlVersions??=[]).push("3.3.3");var _t=(n,t,e)=>{let s=e?.renderBefore??t,r=s._$litPart$;if(r===void 0){let i=e?.renderBefore??null;s._$litPart$=r=new q(t.insertBefore(J(),i),i,void 0,e??{})}return r._$AI(n),r};var Me=globalThis,k=class extends S{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=_t(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return x}};k._$litElement$=!0,k.finalized=!0,Me.litElementHydrateSupport?.({LitElement:k});var hs=Me.litElementPolyfillSupport;hs?.({LitElement:k});(Me.litElementVersions??=[]).push("4.2.2");var j=["internet","lan","peers","hub","control","report","share"],de=["default","allow","ask","deny"],U=["default","trusted","local_only","cloud_only","restricted","ask"],xt=["sent","received","calls"];function Q(n,t,e={}){return n.callWS({type:`secure_hub/${t}`,...e})}var us=2e3,ce=class extends EventTarget{constructor(e){super();this.hass=e;this.rows=new Map;this.condition="loading";this.version=0;this.frame=0;this.running=!1}start(){this.running=!0,this.follow()}stop(){this.running=!1,clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async follow(){try{this.end=await this.hass().connection.subscribeMessage(e=>this.take(e),{type:"secure_hub/subscribe"}),await this.read(),this.condition="ready",this.trouble=void 0}catch(e){this.trouble=e,this.condition="stopped",this.later()}this.tell()}async read(){let e=new Map;this.overview=await Q(this.hass(),"overview");let s=null;do{let r=await Q(this.hass(),"assets",s===null?{}:{after:s});for(let i of r.assets)e.set(i.id,i);s=r.after}while(s!==null);this.rows=e,this.version++}take(e){e.stopped&&(this.condition="stopped",this.later()),e.overview&&(this.overview=e.overview);for(let s of e.changed??[])this.rows.set(s.id,s);for(let s of e.gone??[])this.rows.delete(s);(e.changed||e.gone)&&this.version++,this.tell()}later(){clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0,this.running&&(this.timer=setTimeout(()=>{this.follow()},us))}tell(){this.frame||(this.frame=requestAnimationFrame(()=>{this.frame=0,this.dispatchEvent(new Event("changed"))}))}};var g=$`
  :host {
    --gap: 16px;
    --line: var(--divider-color, #e0e0e0);
    --bad: var(--error-color, #db4437);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --muted: var(--secondary-text-color, #5e5e5e);
    --radius: var(--ha-card-border-radius, 12px);
    color: var(--primary-text-color, #212121);
    font-size: 14px;
    line-height: 1.45;
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3 {
    font-weight: 500;
    line-height: 1.25;
    margin: 0;
  }
  h2 {
    font-size: 20px;
  }
  h3 {
    font-size: 16px;
  }
  p {
    margin: 4px 0;
  }
  a {
    color: var(--primary-text-color);
    text-decoration: underline;
    text-decoration-color: var(--primary-color, #03a9f4);
    text-underline-offset: 3px;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    padding: var(--gap);
  }
  .cards {
    display: grid;
    gap: var(--gap);
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
  }
  .cards.wider {
    align-items: start;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .between {
    justify-content: space-between;
  }
  .muted {
    color: var(--muted);
  }
  .grow {
    flex: 1 1 160px;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
    min-height: 36px;
    border-radius: 8px;
    border: 1px solid var(--line);
    background: var(--card-background-color, #fff);
    padding: 4px 10px;
  }
  input[type="checkbox"] {
    min-height: 0;
    width: 18px;
    height: 18px;
    accent-color: var(--primary-color);
  }
  button {
    cursor: pointer;
    font-weight: 500;
  }
  button.main {
    background: var(--primary-text-color);
    border-color: var(--primary-text-color);
    color: var(--card-background-color, #fff);
  }
  button.danger {
    border: 2px solid var(--bad);
  }
  button:disabled {
    opacity: 0.6;
    cursor: default;
  }
  button:hover:not(:disabled) {
    filter: brightness(0.95);
  }
  :focus-visible {
    outline: 2px solid var(--primary-color, #03a9f4);
    outline-offset: 2px;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border: 1px solid var(--line);
    border-radius: 999px;
    padding: 0 10px;
    white-space: nowrap;
    font-size: 13px;
  }
  .badge::before {
    content: "";
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: var(--state, var(--muted));
  }
  .allow,
  .in_sync,
  .admitted {
    --state: var(--good);
  }
  .deny,
  .quarantined,
  .unavailable,
  .critical,
  .high {
    --state: var(--bad);
  }
  .ask,
  .held,
  .degraded,
  .drifted,
  .monitoring,
  .medium {
    --state: var(--warn);
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    color: var(--muted);
    font-weight: 500;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 16px;
    margin: 8px 0 0;
  }
  dt {
    color: var(--muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .wide {
    overflow-x: auto;
  }
  .chip {
    min-height: 32px;
    border-radius: 999px;
    padding: 2px 14px;
  }
  summary {
    cursor: pointer;
  }
  code {
    overflow-wrap: anywhere;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap);
  }
  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .note {
    border-inline-start: 4px solid var(--state, var(--muted));
    padding: 4px 12px;
  }
`;var L=240,pe=64,kt=12,Rt=12,he=44,ms=3600,St=4,gs=44,ue=n=>n.high!==null&&n.most>n.high;function fs(n){let t=10**Math.floor(Math.log10(Math.max(n,1)));return[1,1.5,2,3,4,6,8,10].map(e=>e*t).find(e=>e>=n)??n}function Tt(n,t){let e=[],s=[];for(let r of n){let i=t(r);i!==null&&s.push([r,i]),(i===null||r===n.at(-1))&&s.length&&(e.push(s),s=[])}return e}function At(n,t,e,s){let r=n[0]?.start??0,i=n.at(-1)?.start??1,o=fs(Math.max(1,...n.map(p=>Math.max(p.most,p.high??0)))),c=p=>pe+(p-r)/Math.max(1,i-r)*(t-pe-kt),l=p=>Rt+(1-p/o)*(L-Rt-he),h=p=>p.map(([u,b],R)=>`${R?"L":"M"}${c(u).toFixed(1)} ${l(b).toFixed(1)}`).join(""),m=Tt(n,({low:p,high:u})=>p===null||u===null?null:[p,u]),f=c(r+ms)-c(r),w=[6,12,24].find(p=>p*f>=gs)??48;return y`<svg viewBox="0 0 ${t} ${L}" role="img" aria-label=${e}>
    ${Array.from({length:St+1},(p,u)=>o*u/St).map(p=>y`<line class="grid" x1=${pe} x2=${t-kt} y1=${l(p)} y2=${l(p)} />
        <text class="end" x=${pe-8} y=${l(p)+4}>${s.amount(p)}</text>`)}
    ${n.filter(p=>new Date(p.start*1e3).getHours()%w===0).map(p=>{let u=new Date(p.start*1e3).getHours()===0;return y`<line class="grid" x1=${c(p.start)} x2=${c(p.start)} y1=${L-he} y2=${L-he+(u?24:6)} />
          <text class="middle" x=${c(p.start)} y=${L-he+18}>${w<24?s.hour(p.start):""}</text>
          ${u&&c(p.start)<t-60?y`<text x=${c(p.start)+4} y=${L-6}>${s.day(p.start)}</text>`:d}`})}
    ${m.map(p=>y`<path class="band" d="${h(p.map(([u,[,b]])=>[u.start,b]))}${h(p.map(([u,[b]])=>[u.start,b]).reverse()).replace("M","L")}Z" />`)}
    ${Tt(n,p=>p.typical).map(p=>y`<path class="typical" d=${h(p.map(([u,b])=>[u.start,b]))} />`)}
    <path class="seen" d=${h(n.map(p=>[p.start,p.most]))} />
    ${n.filter(ue).map(p=>{let[u,b]=[c(p.start),l(p.most)];return y`<path class="above" d="M${u} ${b-6}l6 6-6 6-6-6Z" />`})}
  </svg>`}var Et=$`
  svg {
    display: block;
    width: 100%;
    font-size: 12px;
  }
  svg text {
    fill: var(--muted);
  }
  .end {
    text-anchor: end;
  }
  .middle {
    text-anchor: middle;
  }
  .grid {
    stroke: var(--line);
  }
  .band {
    fill: var(--primary-color, #03a9f4);
    fill-opacity: 0.18;
  }
  .typical {
    fill: none;
    stroke: var(--primary-color, #03a9f4);
    stroke-dasharray: 3 4;
  }
  .seen {
    fill: none;
    stroke: var(--primary-text-color);
    stroke-width: 2;
    stroke-linejoin: round;
  }
  .above {
    fill: var(--bad);
    stroke: var(--card-background-color, #fff);
  }
`;var H=class extends Map{show(t,e){let s=this.get(t);return s||this.set(t,s=document.createElement(t)),Object.assign(s,e)}};function A(n){n.dispatchEvent(new Event("refresh",{bubbles:!0,composed:!0}))}var v=class extends k{constructor(){super(...arguments);this.onChange=()=>this.changed()}static{this.properties={hass:{attribute:!1,hasChanged:()=>!1},store:{attribute:!1},words:{attribute:!1},frame:{attribute:!1},path:{}}}static{this.styles=[g]}connectedCallback(){super.connectedCallback(),this.store.addEventListener("changed",this.onChange)}disconnectedCallback(){super.disconnectedCallback(),this.store.removeEventListener("changed",this.onChange)}changed(){this.requestUpdate()}ask(e,s={}){return Q(this.hass,e,s)}async attempt(e){try{return await e()}catch(s){this.frame.tell(this.words.failure(s));return}}outcome(e,s,r){if(!e)return;let i=Object.values(e.failed),o=e.done.length?[s(e.done.length)]:[];if(i.length){let c=[...new Set(i.map(l=>this.words.failure(l)))];o.push(this.words.n("not_done",i.length,{reason:c.slice(0,3).join(" ")}))}this.frame.tell(o.join(" "),e.done.length?r:void 0)}async quarantine(e,s){let{words:r}=this,i=r.list(e.slice(0,10).map(h=>h.name));if(!await this.frame.confirm({title:r.n("quarantine_sure",e.length,{name:i}),body:a`<p>${r.t("quarantine_means")}</p>
        ${e.some(h=>h.coverage!=="full")?a`<p class="note held">${r.t("quarantine_partly")}</p>`:d}
        ${e.length>1?a`<p>${i}${e.length>10?" …":""}</p>`:d}`,confirm:r.t("quarantine"),danger:!0}))return;let c=e.map(h=>h.id),l=await this.attempt(()=>this.ask("quarantine",{asset_ids:c,...s?{reason:s}:{}}));this.outcome(l,h=>r.n("was_quarantined",h,{name:i}),()=>this.ask("release",{asset_ids:(l?.done??[]).map(h=>c[h])}))}async release(e){let s=e.map(l=>l.id),r=this.words.list(e.slice(0,10).map(l=>l.name)),i=new Set(e.filter(l=>l.standing==="quarantined").map(l=>l.id)),o=await this.attempt(()=>this.ask("release",{asset_ids:s})),c=(o?.done??[]).map(l=>s[l]).filter(l=>l!==void 0&&i.has(l));this.outcome(o,l=>this.words.n("was_released",l,{name:r}),c.length?()=>this.ask("quarantine",{asset_ids:c}):void 0)}link(e,s){return a`<a
      href="/secure-hub/${e}"
      @click=${r=>{r.ctrlKey||r.metaKey||r.shiftKey||(r.preventDefault(),this.frame.go(e))}}
      >${s}</a
    >`}standing(e){let s=e.standing!=="admitted"!==e.contained&&e.coverage!=="none";return a`<span class="badge ${e.standing}"
      >${this.words.t(`standing_${e.standing}`)}${s?` (${this.words.enforced("pending")})`:""}</span
    >`}willUpdate(e){}};var $s=6e4,N=class extends v{constructor(){super(...arguments);this.turn=0}static{this.properties={...v.properties,told:{state:!0},trouble:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=void 0,this.timer=setInterval(()=>{this.again()},$s)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}willUpdate(e){let s=JSON.stringify(this.basis());s!==this.seen&&(this.seen=s,this.again())}async again(){let e=++this.turn;try{let s=await this.read();if(e!==this.turn)return;this.told=s,this.trouble=void 0}catch(s){e===this.turn&&(this.trouble=this.words.failure(s))}}render(){let{words:e,told:s,trouble:r}=this;return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t(this.heading)}</h2>
      ${r!==void 0?a`<p class="note deny" role="alert">${r}</p>`:s===void 0?a`<p class="muted" role="status">${e.t("loading_part")}</p>`:this.show(s)}
    </section>`}},_=class extends N{static{this.properties={...N.properties,details:{attribute:!1}}}basis(){return this.details.id}willUpdate(t){let e=t.get("details");e&&e.id!==this.details.id&&(this.told=this.trouble=void 0),super.willUpdate(t)}};var vs=280,je=class extends _{constructor(){super();this.heading="behaviour";this.watch=new ResizeObserver(([e])=>this.width=Math.max(vs,Math.round(e.contentRect.width)-34));Object.assign(this,{quantity:"sent",width:800})}static{this.properties={..._.properties,quantity:{state:!0},width:{state:!0}}}connectedCallback(){super.connectedCallback(),this.watch.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.watch.disconnect()}basis(){return[super.basis(),this.quantity]}read(){return this.ask("behaviour",{asset_id:this.details.id,quantity:this.quantity})}amount(e){return this.quantity==="calls"?this.words.number(Math.round(e)):this.words.bytes(e)}show({hours:e,learning:s,since:r}){let{words:i}=this,o=e.filter(ue).length,c=i.n("behaviour_label",o,{what:i.t(`quantity_${this.quantity}`)});return a`<div class="row between">
        <p>${e.length?c:i.t("behaviour_none")}</p>
        <select aria-label=${i.t("quantity")} @change=${l=>this.quantity=l.target.value}>
          ${xt.map(l=>a`<option value=${l} ?selected=${l===this.quantity}>${i.t(`quantity_${l}`)}</option>`)}
        </select>
      </div>
      ${s?a`<p class="note held">${i.t("behaviour_learning",{since:r===null?i.t("now"):i.time(r)})}</p>`:d}
      ${e.length?this.drawn(e,c):d}`}drawn(e,s){let{words:r}=this;return a`${At(e,this.width,s,{amount:i=>this.amount(i),day:i=>r.time(i,{weekday:"short",day:"numeric"}),hour:i=>r.time(i,{hour:"2-digit"})})}
      <p class="row muted legend" aria-hidden="true">
        ${["seen","typical","band","above"].map(i=>a`<span><i class="key-${i}"></i>${r.t(`behaviour_${i}`)}</span>`)}
      </p>
      <details>
        <summary>${r.t("as_table")}</summary>
        <div class="wide rows" tabindex="0" role="group" aria-label=${r.t("as_table")}>
          <table>
            <thead>
              <tr>
                ${["hour","behaviour_seen","usual","whole_hour"].map(i=>a`<th scope="col">${r.t(i)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${e.filter(i=>i.total>0).reverse().map(i=>a`<tr>
                    <td>${r.time(i.start)}</td>
                    <td>${this.amount(i.most)} ${ue(i)?a`<strong>${r.t("behaviour_above")}</strong>`:d}</td>
                    <td>${i.low===null||i.high===null?"–":`${this.amount(i.low)} – ${this.amount(i.high)}`}</td>
                    <td>${this.amount(i.total)}</td>
                  </tr>`)}
            </tbody>
          </table>
        </div>
      </details>`}static{this.styles=[g,Et,$`
      .rows {
        max-height: 320px;
        overflow-y: auto;
      }
      .legend {
        gap: 4px 20px;
        font-size: 13px;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      i {
        width: 18px;
        border-top: 2px solid var(--primary-text-color);
      }
      .key-typical {
        border-top: 2px dashed var(--primary-color, #03a9f4);
      }
      .key-band {
        height: 12px;
        border: 0;
        background: var(--primary-color, #03a9f4);
        opacity: 0.25;
      }
      .key-above {
        width: 9px;
        height: 9px;
        border: 0;
        background: var(--bad);
        transform: rotate(45deg);
      }
    `]}};customElements.define("secure-hub-behaviour",je);var Pt=50,me=n=>n.peer_asset??(n.name||n.peer);function bs(n,t){return a`${t.allowed?a`<span class="badge allow">${n.n("flow_allowed",t.allowed)}</span>`:d}
  ${t.held?a`<span class="badge deny">✕ ${n.n("flow_held",t.held)}</span>`:d}`}var De=class extends v{static{this.properties={...v.properties,flows:{attribute:!1},home:{type:Boolean},sort:{state:!0},upwards:{state:!0},most:{state:!0}}}constructor(){super(),Object.assign(this,{flows:[],home:!1,sort:"sent",upwards:!1,most:Pt})}service(t){let e=`${t.protocol.toUpperCase()}${t.port?` ${t.port}`:""}`;return t.service?`${t.service} (${e})`:e}key(t){switch(this.sort){case"device":return t.asset;case"peer":return me(t);case"service":return this.service(t);case"outcome":return t.held;default:return t[this.sort]}}sorted(){let t=new Map(this.flows.map(s=>[s,this.key(s)])),e=this.upwards?1:-1;return[...this.flows].sort((s,r)=>{let[i,o]=[t.get(s),t.get(r)];return e*(typeof i=="number"&&typeof o=="number"?i-o:this.words.compare(String(i),String(o)))})}render(){let{words:t}=this;if(!this.flows.length)return a`<p>${t.t("flows_none")}</p>`;let e=[...this.home?["device"]:[],"peer","service","sent","received","outcome","last"],s=this.sorted();return a`<div class="wide" tabindex="0" role="group" aria-label=${t.t("flows")}>
        <table>
          <thead>
            <tr>${e.map(r=>this.head(r))}</tr>
          </thead>
          <tbody>
            ${s.slice(0,this.most).map(r=>this.line(r))}
          </tbody>
        </table>
      </div>
      ${s.length>this.most?a`<button @click=${()=>this.most+=Pt}>${t.n("and_more",s.length-this.most)}</button>`:d}`}head(t){let e=t===this.sort;return a`<th scope="col" aria-sort=${e?this.upwards?"ascending":"descending":"none"}>
      <button
        @click=${()=>{this.upwards=e?!this.upwards:typeof this.key(this.flows[0])=="string",this.sort=t}}
      >
        ${this.words.t(`flow_${t}`)} <span aria-hidden="true">${e?this.upwards?"▴":"▾":""}</span>
      </button>
    </th>`}line(t){let{words:e}=this,s=me(t);return a`<tr>
      ${this.home?a`<td>${this.link(`device/${t.asset_id}`,t.asset)}</td>`:d}
      <td>
        ${t.peer_asset_id?this.link(`device/${t.peer_asset_id}`,s):s}
        <br /><small class="muted"
          >${[e.t(t.inward?"flow_inward":t.local?"flow_local":"flow_outside"),s===t.peer?"":t.peer].filter(Boolean).join(", ")}</small
        >
      </td>
      <td>${this.service(t)}</td>
      <td class="number">${e.bytes(t.sent)}</td>
      <td class="number">${e.bytes(t.received)}</td>
      <td>${bs(e,t)}</td>
      <td>${e.when(t.last)}</td>
    </tr>`}static{this.styles=[g,$`
      th button {
        border: 0;
        padding: 0;
        background: none;
        color: inherit;
        white-space: nowrap;
      }
      table {
        min-width: 720px;
      }
      td {
        overflow-wrap: break-word;
      }
      .number {
        white-space: nowrap;
      }
    `]}};customElements.define("secure-hub-flow-table",De);var qe=class extends _{constructor(){super(...arguments);this.heading="flows"}read(){return this.ask("flows",{asset_id:this.details.id})}show({flows:e}){return a`<secure-hub-flow-table .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame} .flows=${e}></secure-hub-flow-table>`}static{this.styles=[g]}};customElements.define("secure-hub-flows",qe);var Ue=class extends v{static{this.properties={...v.properties,details:{attribute:!1}}}render(){let{details:t,words:e}=this,s={dateStyle:"medium"},r=[["addresses",t.addresses.join(", ")],["interfaces",t.interfaces.join(", ")],["integrations",t.integrations.join(", ")],["first_seen",e.time(t.first_seen,s)],["last_seen",t.present?e.t("now"):e.time(t.last_seen,s)]];return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("who")}</h2>
      <dl>
        ${t.identifiers.filter(i=>i.kind!=="registry").map(i=>a`<dt>${e.t(`identifier_${i.kind}`)}</dt><dd><code>${i.value}</code></dd>`)}
        ${r.map(([i,o])=>o?a`<dt>${e.t(i)}</dt><dd>${o}</dd>`:d)}
      </dl>
      <h3>${e.t("evidence",{kind:e.t(`class_${t.class}`)})}</h3>
      ${t.evidence.length?a`<ul>
            ${t.evidence.map(i=>a`<li>${e.t(`class_${i.class}`)}: ${i.fact.replaceAll("_"," ")} <code>${i.detail}</code></li>`)}
          </ul>`:a`<p>${e.t("evidence_none")}</p>`}
      ${t.governed?d:a`<p class="note">${e.t("ungoverned_means")}</p>`}
    </section>`}static{this.styles=[g,$`
      h3 {
        margin-top: 16px;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-identity",Ue);function ge(n,t,e){let s=document.createElement("a");s.href=URL.createObjectURL(new Blob([e],{type:t})),s.download=n,s.click(),URL.revokeObjectURL(s.href)}var Ot=["scope","destination","answer","finding","step","version"],Le=n=>n!==null&&typeof n=="object"&&!Array.isArray(n);function I(n,t){return Array.isArray(t)?n.list(t.map(e=>I(n,e))):Le(t)?Object.entries(t).map(([e,s])=>`${e.replaceAll("_"," ")}: ${I(n,s)}`).join(", "):t===null?"–":n.value(String(t))}function Ct(n,t){return!Le(n)||!Le(t)?n:Object.fromEntries(Object.entries(n).filter(([e,s])=>JSON.stringify(s)!==JSON.stringify(t[e])))}function ws(n,{before:t,after:e}){if(t===null&&e===null)return d;let[s,r]=[Ct(t,e),Ct(e,t)];return a`<span>${t===null?"":`${I(n,s)} → `}<strong>${I(n,r)}</strong></span>`}function ys(n,t){let e=Object.entries(t??{}).filter(([s])=>!Ot.some(r=>r===s));return e.length?a`<details>
    <summary>${n.t("details")}</summary>
    <dl>${e.map(([s,r])=>a`<dt>${s.replaceAll("_"," ")}</dt><dd>${I(n,r)}</dd>`)}</dl>
  </details>`:d}function _s(n,t){let e=t.actor_name??(t.actor?n.t("gone_user"):"Secure Hub");return n.t("did_by",{who:e})+(t.reason?` (${n.because(t.reason)})`:"")}function He(n,t){let e=Ot.filter(s=>t.details?.[s]&&t.details[s]!=="any").map(s=>I(n,t.details[s]));return a`<time class="muted" datetime=${new Date(t.time*1e3).toISOString()}
      >${n.time(t.time,{timeStyle:"short"})}</time
    >
    <div>
      <strong>${n.t(`did_${t.action}`)}</strong>
      ${t.asset_id?a`<a href="/secure-hub/device/${t.asset_id}">${t.asset??n.t("gone_device")}</a>`:d}
      ${e.length?a`<span>${e.join(", ")}</span>`:d} ${ws(n,t)}
      <span class="muted">${_s(n,t)}</span>
      ${ys(n,t.details)}
    </div>`}function fe(n,t){let e=new Map;for(let s of t){let r=n.time(s.time,{dateStyle:"full"});e.set(r,[...e.get(r)??[],s])}return[...e].map(([s,r])=>a`<h3>${s}</h3>
      <ul class="lines">
        ${r.map(i=>a`<li>${He(n,i)}</li>`)}
      </ul>`)}var V=$`
  .lines {
    list-style: none;
    padding: 0;
    margin: 4px 0 16px;
  }
  .lines li {
    display: grid;
    grid-template-columns: 56px 1fr;
    gap: 8px;
    padding: 8px 0;
    border-bottom: 1px solid var(--line);
    overflow-wrap: anywhere;
  }
`;var Ne=class extends v{constructor(){super();this.seen="";this.done=[]}static{this.properties={...v.properties,incident:{attribute:!1},done:{state:!0}}}willUpdate(e){let{id:s,asset_id:r,updated:i,closed:o}=this.incident,c=JSON.stringify([s,i,o,this.store.rows.get(r)?.standing]);c!==this.seen&&(this.seen=c,this.attempt(()=>this.ask("incidents/get",{incident_id:s})).then(l=>this.done=l?.done??[]))}render(){let{words:e,incident:s}=this,r=this.store.rows.get(s.asset_id);return a`<article>
      <div class="row between">
        <h3>${this.link(`device/${s.asset_id}`,s.asset??e.t("gone_device"))}</h3>
        <span class="row">
          ${s.closed===null?d:a`<span class="badge">${e.t(`closed_${s.reason}`)}</span>`}
          <span class="badge ${s.severity}">${e.t(`severity_${s.severity}`)}</span>
        </span>
      </div>
      <p class="row">
        ${r?this.standing(r):d}
        <span class="muted">${e.n("incident_since",s.findings,{time:e.time(s.opened)})}</span>
      </p>
      <ol class="lines">
        ${this.told().map(i=>a`<li>${i}</li>`)}
      </ol>
      <div class="row" ?hidden=${s.closed!==null}>
        ${r&&r.standing!=="quarantined"?a`<button class="danger" @click=${()=>this.quarantine([r],e.option("finding_kind",s.timeline[0]?.finding??""))}>${e.t("quarantine")}</button>`:d}
        ${r&&r.standing==="quarantined"?a`<button class="main" @click=${()=>this.act("incidents/release","was_let_go_watched")}>${e.t("release_and_watch")}</button>`:d}
        <button @click=${()=>this.normal()}>${e.t("this_is_normal")}</button>
        <button @click=${()=>this.export()}>${e.t("export")}</button>
      </div>
    </article>`}told(){let{words:e}=this,s=this.incident.timeline.map(i=>[i.time,a`<span class="muted">${e.time(i.time,{timeStyle:"short"})}</span>
            <div>
              <strong>${e.option("finding_kind",i.finding)}</strong>
              <span class="badge ${i.severity}">${e.t(`severity_${i.severity}`)}, ${e.number(i.confidence,{style:"percent"})}</span>
              <br />${i.evidence} ${i.technique?a`<span class="muted">MITRE ATT&amp;CK ${i.technique}</span>`:d}
            </div>`]),r=this.done.map(i=>[i.time,He(e,i)]);return[...s,...r].sort(([i],[o])=>i-o).map(([,i])=>i)}async export(){let{id:e}=this.incident,s=await this.attempt(()=>this.ask("incidents/export",{incident_id:e}));s&&ge(`secure-hub-incident-${e}.json`,"application/json",JSON.stringify(s,null,2))}async act(e,s){let{asset_id:r,asset:i}=this.incident;await this.attempt(async()=>{await this.ask(e,{asset_id:r}),this.frame.tell(this.words.t(s,{name:i}))}),A(this)}async normal(){let{words:e,incident:s}=this,r=[...new Set(s.timeline.map(o=>o.finding))];await this.frame.confirm({title:e.t("normal_sure",{name:s.asset}),body:a`<p>${e.t("normal_means")}</p>
        <ul>
          ${r.map(o=>a`<li>${e.option("finding_kind",o)}</li>`)}
        </ul>`,confirm:e.t("this_is_normal")})&&await this.act("incidents/normal","was_normal")}static{this.styles=[g,V]}};customElements.define("secure-hub-incident",Ne);var Ie=class extends _{constructor(){super();this.heading="tab_incidents";this.addEventListener("refresh",()=>{this.again()})}basis(){return[super.basis(),this.store.overview?.incidents]}read(){return this.ask("incidents/list",{asset_id:this.details.id,closed:!0})}show({incidents:e}){let{words:s}=this;return a`${e.length?e.map(r=>a`<secure-hub-incident .hass=${this.hass} .store=${this.store} .words=${s} .frame=${this.frame} .incident=${r}></secure-hub-incident>`):a`<p>${s.t("incidents_none_of_it")}</p>`}`}static{this.styles=[g,$`
      secure-hub-incident {
        display: block;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
    `]}};customElements.define("secure-hub-device-incidents",Ie);var Ve=class extends _{constructor(){super();this.heading="life";Object.assign(this,{successor:"",busy:!1,person:""})}static{this.properties={..._.properties,successor:{state:!0},rehearsal:{state:!0},busy:{state:!0},person:{state:!0}}}read(){return this.successor=this.person="",this.rehearsal=void 0,this.ask("people")}show({people:e}){return a`<div class="parts">
      <section aria-labelledby="replace">${this.replacing()}</section>
      <section aria-labelledby="transfer">${this.transferring(e)}</section>
      <section aria-labelledby="retire">${this.retiring()}</section>
    </div>`}successors(){let{details:e,words:s}=this,r=i=>+(i.class!==e.class);return[...this.store.rows.values()].filter(i=>i.id!==e.id&&i.governed&&i.protected===null&&i.device_id!==null).sort((i,o)=>r(i)-r(o)||s.compare(i.name,o.name))}replacing(){let{words:e,details:s}=this,r=s.replacement;return a`<h3 id="replace">${e.t("replace")}</h3>
      <p>${e.t("replace_means")}</p>
      ${r&&r.state!=="done"&&r.state!=="rolled_back"?this.progress(r):this.choosing()}`}choosing(){let{words:e,rehearsal:s,busy:r}=this,i=this.successors();return i.length?a`<div class="row">
        <select
          aria-label=${e.t("replace_by")}
          ?disabled=${r}
          @change=${o=>{this.successor=o.target.value,this.rehearsal=void 0}}
        >
          <option value="" ?selected=${!this.successor}>${e.t("replace_by")}</option>
          ${i.map(o=>a`<option value=${o.id} ?selected=${o.id===this.successor}>${o.name}</option>`)}
        </select>
        <button ?disabled=${!this.successor||r} @click=${()=>this.rehearse()}>${e.t("replace_plan")}</button>
      </div>
      ${s?a`${this.steps(s)}
            <button class="danger" ?disabled=${r} @click=${()=>this.start()}>${e.t("replace_start")}</button>`:d}
      ${r?this.bar():d}`:a`<p class="muted">${e.t("replace_by_none")}</p>`}steps(e){let{words:s}=this,r=e.not_carried_over;return a`<div role="status">
      <p>${s.n("replace_steps",e.steps.length)}</p>
      <ol>
        ${e.steps.map(i=>a`<li>${s.option("replacement_step",i.step)} <strong>${i.subject}</strong></li>`)}
      </ol>
      ${r.length?a`<div class="note held">
            <p>${s.t("replace_lost")}</p>
            <ul>
              ${r.map(i=>a`<li>${s.option("replacement_loss",i.reason)}: <strong>${i.subject}</strong></li>`)}
            </ul>
          </div>`:a`<p class="note allow">${s.t("replace_lost_nothing")}</p>`}
    </div>`}bar(){let{words:e}=this,s=this.store.overview?.replacements.find(r=>r.old===this.details.id);return s?.number?a`<p class="row" role="status">
      <progress max=${s.number} value=${s.done} aria-label=${e.t("rollout_progress")}></progress>
      <span>${e.t("rollout_done",{done:s.done,number:s.number})}</span>
    </p>`:a`<p role="status">${e.t("replace_begins")}</p>`}progress(e){let{words:s,busy:r}=this;return a`<p class="note ${e.state==="stopped"?"deny":"held"}">
        ${s.t(`replace_${e.state}`,{name:e.new_name})}
        ${e.error?s.failure({message:e.detail,translation_key:e.error,translation_placeholders:{detail:e.detail}}):""}
      </p>
      ${this.bar()}
      <div class="row">
        <button class="main" ?disabled=${r} @click=${()=>this.go("replace/resume")}>${s.t("replace_resume")}</button>
        ${e.can_roll_back?a`<button ?disabled=${r} @click=${()=>this.go("replace/roll_back")}>${s.t("replace_roll_back")}</button>`:a`<span class="muted">${s.t("replace_too_late")}</span>`}
      </div>`}async rehearse(){let e={old:this.details.id,new:this.successor};this.rehearsal=await this.attempt(()=>this.ask("replace/plan",e))}async start(){let{words:e,details:s,successor:r}=this,i=this.store.rows.get(r)?.name;await this.frame.confirm({title:e.t("replace_sure",{old:s.name,new:i}),body:e.t("replace_sure_means"),confirm:e.t("replace_start"),danger:!0})&&await this.follow(()=>this.ask("replace/start",{old:s.id,new:r}))}go(e){return this.follow(()=>this.ask(e,{asset_id:this.details.id}))}async follow(e){this.busy=!0;let s=await this.attempt(e);this.busy=!1,s&&this.frame.tell(this.words.t(`replace_${s.state}`,{name:s.new_name})),s?.state==="done"?this.frame.go(`device/${s.new}`):A(this)}transferring(e){let{words:s,details:r}=this,i=r.owners.map(o=>o.name??s.t("gone_user"));return a`<h3 id="transfer">${s.t("transfer")}</h3>
      <p>${i.length?s.t("owned_by",{names:s.list(i)}):s.t("owned_by_nobody")}</p>
      <div class="row">
        <select aria-label=${s.t("transfer_to")} @change=${o=>this.person=o.target.value}>
          <option value="" ?selected=${!this.person}>${s.t("transfer_to")}</option>
          ${e.map(o=>a`<option value=${o.id} ?selected=${o.id===this.person}>${o.name}</option>`)}
        </select>
        <button ?disabled=${!this.person} @click=${()=>this.transfer(e)}>${s.t("transfer_start")}</button>
      </div>`}async transfer(e){let{words:s,details:r,person:i}=this,o={name:r.name,person:e.find(l=>l.id===i)?.name};await this.frame.confirm({title:s.t("transfer_sure",o),body:s.t("transfer_means"),confirm:s.t("transfer_start"),danger:!0})&&(await this.attempt(async()=>{await this.ask("requests/set_owner",{asset_id:r.id,owners:[i],transfer:!0}),this.frame.tell(s.t("was_transferred",o))}),A(this))}retiring(){let{words:e,details:s}=this;return a`<h3 id="retire">${e.t("retire")}</h3>
      <p>${e.t("retire_means")}</p>
      <button class="danger" ?disabled=${s.protected!==null} @click=${()=>this.retire()}>${e.t("retire_start")}</button>`}async retire(){let{words:e,details:s}=this;await this.frame.confirm({title:e.t("retire_sure",{name:s.name}),body:a`<p>${e.t("retire_means")}</p>
        <p class="note deny">${e.t("no_way_back")}</p>`,confirm:e.t("retire_start"),danger:!0})&&await this.attempt(async()=>{await this.ask("retire",{asset_id:s.id}),this.frame.tell(e.t("was_retired",{name:s.name})),this.frame.go("devices")})}static{this.styles=[g,$`
      .parts {
        display: grid;
        gap: 8px 24px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
        margin-top: 8px;
      }
      select {
        max-width: 100%;
      }
      progress {
        flex: 1 1 120px;
        accent-color: var(--primary-color);
      }
      ol,
      ul {
        padding-inline-start: 20px;
        overflow-wrap: anywhere;
      }
    `]}};customElements.define("secure-hub-life",Ve);var xs=20,Be=class extends _{constructor(){super(...arguments);this.heading="happened"}basis(){return[super.basis(),this.store.overview?.journal.records]}read(){return this.ask("journal",{asset_id:this.details.id,limit:xs})}show({records:e}){let{words:s,details:r}=this;return a`${e.length?fe(s,e):a`<p>${s.t("happened_nothing")}</p>`}
    ${this.link(`journal/${r.id}`,s.t("happened_all"))}`}static{this.styles=[g,V]}};customElements.define("secure-hub-lines",Be);var D={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Mt=n=>(...t)=>({_$litDirective$:n,values:t}),$e=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:ii}=yt;var jt=n=>n.strings===void 0;var ks={},Dt=(n,t=ks)=>n._$AH=t;var qt=Mt(class extends $e{constructor(n){if(super(n),n.type!==D.PROPERTY&&n.type!==D.ATTRIBUTE&&n.type!==D.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!jt(n))throw Error("`live` bindings can only contain a single expression")}render(n){return n}update(n,[t]){if(t===x||t===d)return t;let e=n.element,s=n.name;if(n.type===D.PROPERTY){if(t===e[s])return x}else if(n.type===D.BOOLEAN_ATTRIBUTE){if(!!t===e.hasAttribute(s))return x}else if(n.type===D.ATTRIBUTE&&e.getAttribute(s)===t+"")return x;return Dt(n),t}});function ve(n,t,e,s){let r=t.scopes[e];if(!r)return a`<span class="muted" title=${n.t("scope_not_for_it")}>–<span class="hidden-text">${n.t("scope_not_for_it")}</span></span>`;let i=r.enforced==="not_enforceable",o=n.t(`cell_${r.decision}`),c=[n.t("cell_label",{name:t.name,scope:n.scope(e),decision:n.decision(r.decision)}),n.t("cell_enforced",{enforced:n.enforced(r.enforced)}),r.exceptions?n.n("cell_exceptions",r.exceptions):""].filter(Boolean).join(" ");return a`<select
    class="${r.decision} ${r.said==="default"?"":"said"} ${r.enforced}"
    aria-label=${c}
    title=${c}
    .value=${qt(r.said)}
    ?disabled=${t.protected!==null}
    @change=${l=>s(l.target.value)}
  >
    ${de.map(l=>a`<option value=${l} ?selected=${l===r.said}>
          ${i&&l===r.said?"⊘ ":""}${l==="default"?`(${o})`:n.t(`cell_${l}`)}${l===r.said&&r.exceptions?" *":""}
        </option>`)}
  </select>`}var ze=class extends v{static{this.properties={...v.properties,details:{attribute:!1}}}render(){let{details:t,words:e}=this;return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("may")}</h2>
      ${j.map(s=>{let r=t.verdicts[s];return r?this.verdict(t,s,r):d})}
      ${this.said(t)}
    </section>`}verdict(t,e,s){let{words:r}=this,i=s.enforced==="not_enforceable";return a`<article data-scope=${e}>
      <div class="what">
        <h3>${r.scope(e)}</h3>
        <span class="badge ${s.decision}">${r.decision(s.decision)}</span>
      </div>
      <div>
        <p>${r.t("because",{reason:r.reason(s.reason)})}</p>
        <p class=${i?"note held":"muted"}>
          ${r.t("cell_enforced",{enforced:r.enforced(s.enforced)})} ${i?r.why(s.coverage_reason):""}
        </p>
        ${this.voices("overrode",s.overrode)} ${this.voices("exceptions",s.exceptions)}
      </div>
      <div class="row scope">
        ${ve(r,t,e,o=>this.decide(e,o))}
        ${s.decision==="allow"||t.standing==="quarantined"||i?d:a`<button @click=${()=>this.grant(e)}>${r.t("allow_hour")}</button>`}
      </div>
    </article>`}voices(t,e){return e.length?a`<details>
      <summary>${this.words.n(t,e.length)}</summary>
      <ul>
        ${e.map(s=>a`<li>
            ${this.words.reason(s.layer)}: ${this.words.decision(s.decision)}${s.destination==="any"?"":a` → <code>${s.destination}</code>`}
          </li>`)}
      </ul>
    </details>`:d}said(t){let{words:e}=this,s=t.rules.filter(i=>i.destination!=="any");if(!s.length&&!t.grants.length&&!t.allow_list.length)return d;let r=(i,o,c,l)=>a`<tr>
        <td>${e.scope(i)}</td>
        <td><code>${o==="any"?e.t("anywhere"):o}</code></td>
        <td>${e.decision(c)}</td>
        <td>${l}</td>
      </tr>`;return a`<h3 id="said">${e.t("said")}</h3>
      <div class="wide" tabindex="0" role="group" aria-labelledby="said">
        <table>
          <thead>
            <tr>
              ${["scope","destination","decision","until"].map(i=>a`<th scope="col">${e.t(i)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${t.grants.map(i=>r(i.scope,i.destination,"allow",a`${e.time(i.expires)} <button @click=${()=>this.revoke(i.scope)}>${e.t("revoke")}</button>`))}
            ${s.map(i=>r(i.scope,i.destination,i.decision,e.t("always")))}
            ${t.allow_list.map(i=>r(i.scope,i.destination,"allow",e.t("on_its_list")))}
          </tbody>
        </table>
      </div>`}async decide(t,e){let{details:s,words:r}=this,i=s.scopes[t].said,o=l=>({changes:[{value:s.id,scope:t,decision:l}]}),c=await this.attempt(()=>this.ask("set_permissions",o(e)));this.outcome(c,l=>r.n("was_decided",l,{name:s.name,scope:r.scope(t),decision:r.option("decision",e)}),()=>this.ask("set_permissions",o(i))),A(this)}async grant(t){let{id:e,name:s}=this.details;await this.attempt(async()=>{await this.ask("grant",{asset_id:e,scope:t,duration:"1_hour"}),this.frame.tell(this.words.t("was_granted",{name:s,scope:this.words.scope(t)}),()=>this.ask("revoke",{asset_id:e,scope:t}))}),A(this)}async revoke(t){await this.attempt(()=>this.ask("revoke",{asset_id:this.details.id,scope:t})),A(this)}static{this.styles=[g,$`
      article {
        display: grid;
        grid-template-columns: 150px 1fr auto;
        gap: 4px 16px;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
      article:last-of-type {
        border-bottom: 0;
      }
      .what > * {
        margin-bottom: 6px;
      }
      .scope {
        align-self: start;
        justify-content: flex-end;
      }
      .scope select {
        border-inline-start: 5px solid var(--state, var(--muted));
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
      @media (max-width: 700px) {
        article {
          grid-template-columns: 1fr auto;
        }
        article > :nth-child(2) {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
    `]}};customElements.define("secure-hub-permissions",ze);var X=n=>n.status==="overdue"||n.status==="update_available",Rs={overdue:"deny",update_available:"ask",updating:"ask",up_to_date:"allow"},be=n=>Rs[n.status]??"";async function we(n,t){let{words:e,frame:s}=n;if(!await s.confirm({title:t?e.t("install_on",{name:t.asset}):e.t("install_all"),body:e.t("install_means"),confirm:e.t("install")}))return!1;let i=await n.attempt(()=>n.ask("updates/install",t?{asset_ids:[t.asset_id],now:!0,confirm:!0}:{}));if(!i)return!1;let o=Object.values(i.left_out),c=[e.n("was_ordered",Object.keys(i.installing).length)];if(o.length){let l=e.list([...new Set(o)].map(h=>e.t(`left_out_${h}`)));c.push(e.n("was_left_out",o.length,{reason:l}))}return s.tell(c.join(" ")),!0}var Ss=7,Fe=class extends _{constructor(){super(...arguments);this.heading="software"}basis(){return[super.basis(),this.store.overview?.updates]}read(){return this.ask("updates/device",{asset_id:this.details.id})}show(e){let{words:s}=this,r=o=>o===null?"":s.time(o,{dateStyle:"medium"}),i=[["version",e.version??s.t("version_unknown")],["latest",e.latest&&e.latest!==e.version?e.latest:""],["deadline",r(e.deadline)],["support_ends",r(e.support_ends)],["skipped",[e.skipped,e.skip_reason].filter(Boolean).join(": ")],["snoozed",[r(e.snoozed_until),e.snooze_reason].filter(Boolean).join(": ")],["source",e.source??""]];return a`<p class="row">
        <span class="badge ${be(e)}">${s.firmware(e.status)}</span>
        <span>${s.firmware_why(e.why)}</span>
        ${e.percentage===null?d:a`<progress max="100" value=${e.percentage} aria-label=${s.t("rollout_progress")}></progress>`}
      </p>
      <dl>${i.map(([o,c])=>c?a`<dt>${s.t(o)}</dt><dd>${c}</dd>`:d)}</dl>
      <div class="row actions">
        ${X(e)?a`<button class="main" @click=${()=>this.install(e)}>${s.t("install")}</button>
              <button @click=${()=>this.later("updates/snooze",e,{days:Ss})}>${s.t("snooze_week")}</button>
              <button @click=${()=>this.later("updates/skip",e)}>${s.t("skip_version")}</button>`:d}
        ${e.release_url?a`<a href=${e.release_url} target="_blank" rel="noreferrer">${s.t("release_notes")}</a>`:d}
      </div>
      ${e.vulnerabilities.length?this.vulnerabilities(e):d}
      ${e.history.length>1?a`<details>
            <summary>${s.t("versions_before")}</summary>
            <ul>
              ${e.history.map(o=>a`<li>${o.version} <span class="muted">${s.t("since",{time:r(o.since)})}</span></li>`)}
            </ul>
          </details>`:d}`}vulnerabilities(e){let{words:s}=this;return a`<h3>${s.n("vulnerabilities",e.vulnerabilities.length)}</h3>
      <ul>
        ${e.vulnerabilities.map(r=>a`<li>
            <strong>${r.id}</strong> ${r.title}
            <br /><span class="muted"
              >${r.no_fix?s.t("no_fix"):r.fixed?s.t("fixed_in",{version:r.fixed}):""} ${r.evidence.join(" ")} (${r.source})</span
            >
          </li>`)}
      </ul>`}async install(e){await we(this,e)&&await this.again()}async later(e,{asset_id:s,asset:r},i={}){await this.attempt(async()=>{await this.ask(e,{asset_id:s,...i}),this.frame.tell(this.words.t("was_put_off",{name:r}))}),await this.again()}static{this.styles=[g,$`
      .actions {
        margin-top: 12px;
      }
      h3 {
        margin-top: 16px;
      }
      ul {
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-software",Fe);var Ut={"secure-hub-permissions":"may","secure-hub-flows":"flows","secure-hub-behaviour":"behaviour","secure-hub-software":"software","secure-hub-device-incidents":"tab_incidents","secure-hub-identity":"who","secure-hub-lines":"happened","secure-hub-life":"life"},We=class extends v{constructor(){super();this.shown="";this.reading=0;this.parts=new H;this.addEventListener("refresh",()=>{this.read()})}static{this.properties={...v.properties,details:{state:!0},missing:{state:!0}}}willUpdate(e){e.has("path")&&(this.details=this.missing=void 0,this.shown="");let s=JSON.stringify(this.store.rows.get(this.path)??null);s!==this.shown&&(this.shown=s,this.read())}async read(){let e=++this.reading;try{let s=await this.ask("asset",{asset_id:this.path});e===this.reading&&(this.details=s)}catch(s){e===this.reading&&(this.missing=this.words.failure(s))}}render(){let{details:e,words:s}=this;if(this.missing)return a`<p class="card" role="alert">${this.missing} ${this.link("devices",s.t("tab_devices"))}</p>`;if(!e)return a`<p role="status">${s.t("loading")}</p>`;let r={hass:this.hass,store:this.store,words:s,frame:this.frame,details:e};return a`<div class="stack">
      <p>${this.link("devices",`← ${s.t("tab_devices")}`)}</p>
      ${this.top(e)}
      <nav class="row" aria-label=${s.t("on_this_page")}>
        ${Object.entries(Ut).map(([i,o])=>a`<button class="chip" @click=${()=>this.jump(i)}>${s.t(o)}</button>`)}
      </nav>
      ${Object.keys(Ut).map(i=>this.parts.show(i,r))}
    </div>`}jump(e){let s=this.parts.get(e);s?.setAttribute("tabindex","-1"),s?.focus({preventScroll:!0}),s?.scrollIntoView()}top(e){let{words:s}=this,{quarantine:r}=e;return a`<section class="card">
      <div class="row between">
        <h2>${e.name}</h2>
        <div class="row">
          ${e.standing==="admitted"?d:a`<button class="main" @click=${()=>this.release([e])}>
                ${s.t(e.standing==="held"?"let_in":"release")}
              </button>`}
          ${e.standing==="quarantined"?d:a`<button
                class="danger"
                ?disabled=${e.protected!==null||e.coverage==="none"}
                @click=${()=>this.quarantine([e])}
              >
                ${s.t("quarantine")}
              </button>`}
        </div>
      </div>
      <p class="row">
        ${this.standing(e)}
        <span>${[s.t(`class_${e.class}`),e.manufacturer,e.model].filter(Boolean).join(", ")}</span>
      </p>
      ${r?a`<p class="note quarantined">
            ${s.t("quarantined_since",{time:s.time(r.since),reason:s.because(r.reason)})}
          </p>`:d}
      ${e.protected?a`<p class="note held">${s.t(`protected_${e.protected}`)}</p>`:d}
      <p class="note ${e.coverage==="full"?"allow":"held"}">
        <strong>${s.t("reach")}:</strong> ${s.coverage(e.coverage)}. ${s.why(e.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${s.t("column_profile")}
          <select @change=${i=>this.profile(e,i.target.value)}>
            ${[...U,...e.profile==="quarantined"?["quarantined"]:[]].map(i=>a`<option value=${i} ?selected=${i===e.profile}>${s.profile(i)}</option>`)}
          </select></label
        >
        ${e.device_id?a`<a href="/config/devices/device/${e.device_id}">${s.t("open_device")}</a>`:d}
      </p>
    </section>`}async profile(e,s){let r=o=>({asset_ids:[e.id],profile:o}),i=await this.attempt(()=>this.ask("set_profile",r(s)));this.outcome(i,o=>this.words.n("was_profiled",o,{name:e.name,profile:this.words.profile(s)}),()=>this.ask("set_profile",r(e.profile)))}static{this.styles=[g,$`
      nav {
        gap: 4px 8px;
      }
    `]}};customElements.define("secure-hub-device",We);var B=56,Lt=$`
  :host {
    display: flex;
    flex-direction: column;
    gap: 12px;
    flex: 1;
    min-height: 340px;
  }
  .scroller {
    flex: 1;
    min-height: 220px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--card-background-color, #fff);
    contain: strict;
  }
  .rows {
    position: relative;
    min-width: max-content;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 2;
    min-width: max-content;
    background: var(--card-background-color, #fff);
    border-bottom: 1px solid var(--line);
  }
  .line {
    display: grid;
    grid-template-columns: 30px 190px 122px 92px 96px repeat(7, 98px);
    gap: 4px;
    align-items: center;
    height: ${B}px;
    padding: 0 12px;
    min-width: 100%;
    width: max-content;
  }
  .rows .line {
    position: absolute;
    border-bottom: 1px solid var(--line);
    contain: layout style;
  }
  .line > * {
    overflow: hidden;
    text-overflow: ellipsis;
    padding: 3px;
  }
  .name {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    background: var(--card-background-color, #fff);
    align-self: stretch;
    align-items: flex-start;
    display: flex;
    flex-direction: column;
    justify-content: center;
  }
  .head .name {
    flex-direction: row;
    align-items: center;
    justify-content: flex-start;
    gap: 12px;
  }
  .name a {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .head button {
    border: 0;
    padding: 0;
    background: none;
    color: var(--muted);
    font-weight: 500;
  }
  .head .scope {
    color: var(--muted);
    font-weight: 500;
  }
  .empty {
    padding: 24px;
  }
  .legend {
    margin: 0;
    font-size: 13px;
  }
  .scope select {
    width: 100%;
    padding: 2px 4px;
    border-inline-start: 5px solid var(--state, var(--muted));
  }
  .scope select.said {
    font-weight: 600;
  }
  .scope select.not_enforceable {
    border-style: dashed;
    color: var(--muted);
  }
  @media (max-width: 700px) {
    .line {
      grid-template-columns: 26px 124px 122px repeat(7, 98px);
    }
    .profile,
    .coverage {
      display: none;
    }
    .legend {
      display: none;
    }
  }
`;var Ht=6,Ts=1e3;var Nt=[["name","class"],["standing"],["profile"],["coverage"]],Je=class extends v{constructor(){super();this.rows=[];this.seen=-1;this.height=600;Object.assign(this,{search:"",kind:"",sort:"name",downwards:!1,everything:!1,top:0}),Object.assign(this,{marked:new Set,scope:"internet",decision:"deny"})}static{this.properties={search:{state:!0},kind:{state:!0},sort:{state:!0},downwards:{state:!0},everything:{state:!0},marked:{state:!0},top:{state:!0},scope:{state:!0},decision:{state:!0}}}willUpdate(e){if(["search","kind","sort","downwards","everything"].some(r=>e.has(r))||this.seen!==this.store.version){this.seen=this.store.version,this.rows=this.listed();let r=[...this.marked].filter(i=>this.store.rows.has(i));r.length!==this.marked.size&&(this.marked=new Set(r))}}listed(){let e=this.search.trim().toLocaleLowerCase(),s=[...this.store.rows.values()].filter(o=>(this.everything||o.governed)&&(!this.kind||o.class===this.kind)&&(!e||[o.name,o.manufacturer,o.model,this.area(o),this.words.t(`class_${o.class}`)].some(c=>c?.toLocaleLowerCase().includes(e)))),r=o=>this.sort==="name"?o.name:`${o[this.sort]} ${o.name}`,i=this.downwards?-1:1;return s.sort((o,c)=>i*this.words.compare(r(o),r(c)))}area(e){return e.area_id?this.hass.areas?.[e.area_id]?.name??"":""}firstUpdated(){let e=this.renderRoot.querySelector(".scroller");new ResizeObserver(()=>{this.height=e.clientHeight,this.requestUpdate()}).observe(e)}render(){let{words:e}=this,s=Math.max(0,Math.floor(this.top/B)-Ht),r=Math.min(this.rows.length,Math.ceil((this.top+this.height)/B)+Ht);return a`
      ${this.filters()} ${this.marked.size?this.bulk():d}
      <div
        class="scroller"
        role="table"
        aria-label=${e.t("matrix")}
        aria-rowcount=${this.rows.length+1}
        aria-colcount=${j.length+Nt.length+1}
        @scroll=${i=>this.top=i.target.scrollTop}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length*B}px">
          ${this.rows.slice(s,r).map((i,o)=>this.row(i,s+o))}
        </div>
        ${this.rows.length?d:a`<p class="empty">${e.t(this.store.rows.size?"none_found":"no_devices")}</p>`}
      </div>
      <p class="muted legend">${e.t("matrix_legend")}</p>
    `}filters(){let{words:e}=this,s=[...new Set([...this.store.rows.values()].filter(r=>this.everything||r.governed).map(r=>r.class))];return a`<div class="row" role="search">
      <input
        class="grow"
        type="search"
        aria-label=${e.t("search")}
        placeholder=${e.t("search")}
        .value=${this.search}
        @input=${r=>this.search=r.target.value}
      />
      <select aria-label=${e.t("kind")} @change=${r=>this.kind=r.target.value}>
        <option value="">${e.t("every_kind")}</option>
        ${s.sort(e.compare.bind(e)).map(r=>a`<option value=${r} ?selected=${r===this.kind}>${e.t(`class_${r}`)}</option>`)}
      </select>
      <label class="row"
        ><input
          type="checkbox"
          .checked=${this.everything}
          @change=${r=>this.everything=r.target.checked}
        />${e.t("show_everything")}</label
      >
      <span class="muted" role="status">${e.n("devices",this.rows.length)}</span>
    </div>`}head(){let{words:e}=this,s=this.rows.length>0&&this.rows.every(r=>this.marked.has(r.id));return a`<div role="rowgroup" class="head">
      <div role="row" aria-rowindex="1" class="line">
        <span role="columnheader" class="mark"
          ><input
            type="checkbox"
            aria-label=${e.t("mark_all")}
            .checked=${s}
            @change=${()=>this.marked=new Set(s?[]:this.rows.slice(0,Ts).map(r=>r.id))}
        /></span>
        ${Nt.map(r=>a`<span
            role="columnheader"
            class=${r[0]}
            aria-sort=${r.includes(this.sort)?this.downwards?"descending":"ascending":"none"}
            >${r.map(i=>a`<button
                @click=${()=>{this.downwards=this.sort===i&&!this.downwards,this.sort=i}}
              >
                ${e.t(`column_${i}`)} ${i===this.sort?this.downwards?"▾":"▴":""}
              </button>`)}</span
          >`)}
        ${j.map(r=>a`<span role="columnheader" class="scope ${r}">${e.scope(r)}</span>`)}
      </div>
    </div>`}row(e,s){let{words:r}=this;return a`<div role="row" aria-rowindex=${s+2} class="line" style="top:${s*B}px" data-id=${e.id}>
      <span role="cell" class="mark"
        ><input
          type="checkbox"
          aria-label=${r.t("mark",{name:e.name})}
          .checked=${this.marked.has(e.id)}
          @change=${()=>this.mark(e.id)}
      /></span>
      <span role="rowheader" class="name">${this.link(`device/${e.id}`,e.name)}<small class="muted"
          >${[r.t(`class_${e.class}`),this.area(e)].filter(Boolean).join(", ")}</small
        ></span
      >
      <span role="cell" class="standing">${this.standing(e)}</span>
      <span role="cell" class="profile">${r.profile(e.profile)}</span>
      <span role="cell" class="coverage" title=${r.why(e.coverage_reason)}>${r.t(`coverage_${e.coverage}`)}</span>
      ${j.map(i=>a`<span role="cell" class="scope ${i}"
          >${ve(r,e,i,o=>this.decide([e],i,o))}</span
        >`)}
    </div>`}mark(e){let s=new Set(this.marked);s.delete(e)||s.add(e),this.marked=s}chosen(){return[...this.marked].map(e=>this.store.rows.get(e)).filter(e=>e!==void 0)}bulk(){let{words:e}=this,s=this.chosen();return a`<div class="card row bulk" role="group" aria-label=${e.t("bulk")}>
      <strong>${e.n("marked",s.length)}</strong>
      <select aria-label=${e.t("scope")} @change=${r=>this.scope=r.target.value}>
        ${j.map(r=>a`<option value=${r} ?selected=${r===this.scope}>${e.scope(r)}</option>`)}
      </select>
      <select
        aria-label=${e.t("decision")}
        @change=${r=>this.decision=r.target.value}
      >
        ${de.map(r=>a`<option value=${r} ?selected=${r===this.decision}>${e.option("decision",r)}</option>`)}
      </select>
      <button class="main" @click=${()=>this.preview(s)}>${e.t("preview")}</button>
      <select aria-label=${e.t("set_profile")} .value=${""} @change=${r=>this.profile(s,r.target)}>
        <option value="">${e.t("set_profile")}</option>
        ${U.map(r=>a`<option value=${r}>${e.profile(r)}</option>`)}
      </select>
      <button class="danger" @click=${()=>this.quarantine(s)}>${e.t("quarantine")}</button>
      <button @click=${()=>this.release(s)}>${e.t("release")}</button>
      <button @click=${()=>this.marked=new Set}>${e.t("mark_none")}</button>
    </div>`}async preview(e){let{words:s,scope:r,decision:i}=this,o=e.filter(p=>p.scopes[r]).map(p=>({value:p.id,scope:r,decision:i}));if(!o.length)return this.frame.tell(s.t("scope_for_none"));let c=await this.attempt(()=>this.ask("set_permissions",{changes:o,preview:!0}));if(!c)return;let l=p=>this.store.rows.get(p)?.name??p,h=c.assets.filter(p=>p.before!==p.after),m=c.assets.filter(p=>p.coverage==="none"),f=Object.entries(c.failed);await this.frame.confirm({title:s.n("preview_title",o.length,{scope:s.scope(r),decision:s.option("decision",i)}),confirm:s.t("apply"),body:a`
        <p>${s.n("preview_changes",h.length)}</p>
        <ul>
          ${h.slice(0,12).map(p=>a`<li>${l(p.asset_id)}: ${s.decision(p.before)} → <strong>${s.decision(p.after)}</strong></li>`)}
          ${h.length>12?a`<li>${s.n("and_more",h.length-12)}</li>`:d}
        </ul>
        ${m.length?a`<p class="note held">
              ${s.n("preview_open",m.length,{names:s.list(m.slice(0,8).map(p=>l(p.asset_id)))})}
              ${s.why(m[0].coverage_reason)}
            </p>`:d}
        ${f.map(([p,u])=>a`<p class="note deny">${l(o[Number(p)]?.value??"")}: ${s.failure(u)}</p>`)}
        ${e.length>o.length?a`<p class="muted">${s.n("preview_not_for",e.length-o.length)}</p>`:d}
      `})&&await this.decide(e,r,i)}async decide(e,s,r){let i=e.filter(h=>h.scopes[s]),o=i.map(h=>({value:h.id,scope:s,decision:r})),c=i.map(h=>({value:h.id,scope:s,decision:h.scopes[s].said})),l=await this.attempt(()=>this.ask("set_permissions",{changes:o}));this.outcome(l,h=>this.words.n("was_decided",h,{name:i[0]?.name,scope:this.words.scope(s),decision:this.words.option("decision",r)}),()=>this.ask("set_permissions",{changes:(l?.done??[]).map(h=>c[h])})),this.requestUpdate()}async profile(e,s){let r=s.value;s.value="";let i=e.map(c=>({id:c.id,profile:c.profile})),o=await this.attempt(()=>this.ask("set_profile",{asset_ids:e.map(c=>c.id),profile:r}));this.outcome(o,c=>this.words.n("was_profiled",c,{name:e[0]?.name,profile:this.words.profile(r)}),async()=>{let c=(o?.done??[]).map(l=>i[l]);for(let l of new Set(c.map(h=>h.profile))){let h=c.filter(m=>m.profile===l).map(m=>m.id);await this.ask("set_profile",{asset_ids:h,profile:l})}})}static{this.styles=[g,Lt]}};customElements.define("secure-hub-devices",Je);var As=["home","zigbee"],Es={good:{sign:"✓",tone:"allow"},bad:{sign:"!",tone:"deny"},unknown:{sign:"?",tone:""}},Ke=class extends N{constructor(){super(...arguments);this.heading="posture"}basis(){let{overview:e}=this.store;return[e?.state,e?.newcomers,e?.counts,e?.updates,e?.incidents]}read(){return this.ask("posture")}show({score:e,checks:s}){let{words:r}=this;return a`${e===null?d:a`<p class="row">
            <progress max="100" value=${e} aria-label=${r.t("posture")}></progress>
            <strong>${r.number(e/100,{style:"percent"})}</strong>
          </p>`}
      ${As.map(i=>this.group(i,s.filter(o=>o.part===i)))}`}group(e,s){return s.length?a`<h3>${this.words.t(`posture_${e}`)}</h3>
      <ul>
        ${s.map(r=>this.check(r))}
      </ul>`:d}check({check:e,outcome:s,evidence:r}){let{words:i}=this,{sign:o,tone:c}=Es[s];return a`<li>
      <span class="sign ${c}" aria-hidden="true">${o}</span>
      <span>${i.t(`check_${e}`)}</span>
      <span class="muted">${[i.t(`outcome_${s}`),r].filter(Boolean).join(": ")}</span>
    </li>`}static{this.styles=[g,$`
      progress {
        flex: 1;
        accent-color: var(--primary-color);
      }
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
      }
      h3 {
        margin-top: 16px;
      }
      li {
        display: grid;
        grid-template-columns: 24px 1fr auto;
        gap: 10px;
        align-items: center;
        padding: 6px 0;
        border-top: 1px solid var(--line);
      }
      .sign {
        width: 22px;
        height: 22px;
        border: 2px solid var(--state, var(--muted));
        border-radius: 50%;
        text-align: center;
        line-height: 18px;
        font-weight: 600;
      }
    `]}};customElements.define("secure-hub-posture",Ke);var It=20,Ge=class extends v{connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>this.store.overview?.trial_ends&&this.requestUpdate(),1e3)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}render(){let{overview:t}=this.store;if(!t)return d;let e=[...this.store.rows.values()].sort((o,c)=>this.words.compare(o.name,c.name)),s=e.filter(o=>o.standing==="held"),r=e.filter(o=>o.standing==="quarantined"),i=[this.trial(t),this.journal(t),...this.enforcers(t),this.waits("requests",t.requests.pending,"requests"),this.waits("incidents",t.incidents.open,"incidents"),this.waits("overdue",t.updates.overdue,"updates"),...this.some(s,o=>this.newcomer(o)),...this.some(r,o=>this.quarantined(o))].filter(o=>o!==d);return a`<div class="stack">
      <section class="card" aria-labelledby="sentence">
        <h2 id="sentence">${this.sentence(t)}</h2>
        <p class="row">
          <span class="badge ${t.state}">${this.words.t(`state_${t.state}`)}</span>
          ${t.lockdown?a`<span class="badge deny">${this.words.t("lockdown_on")}</span>`:d}
          <span class="muted">${this.words.t(`state_${t.state}_means`)}</span>
        </p>
      </section>
      <section class="stack" aria-labelledby="needs">
        <h2 id="needs">${this.words.t("needs_you")}</h2>
        ${i.length?a`<div class="cards">${i}</div>`:a`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      <div class="cards wider">
        <secure-hub-posture .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame}></secure-hub-posture>
        ${this.reach(e)}
      </div>
    </div>`}sentence(t){let{words:e}=this,s=["held","quarantined"].filter(i=>t.counts[i]).map(i=>e.n(`count_${i}`,t.counts[i])),r={requests:t.requests.pending,incidents:t.incidents.open,overdue:t.updates.overdue};for(let[i,o]of Object.entries(r))o&&s.push(e.n(`count_${i}`,o));return s.length?e.t("sentence_some",{parts:e.list(s)}):e.n("sentence_quiet",t.counts.governed)}some(t,e){let s=t.length-It;return[...t.slice(0,It).map(e),...s>0?[a`<p class="card">${this.link("devices",this.words.n("and_more",s))}</p>`]:[]]}waits(t,e,s){return e?a`<article class="card">
      <h3>${this.link(s,this.words.n(`count_${t}`,e))}</h3>
      <p>${this.words.t(`count_${t}_means`)}</p>
    </article>`:d}trial(t){if(t.trial_ends===null)return d;let e=Math.max(0,Math.round(t.trial_ends-Date.now()/1e3));return a`<article class="card">
      <h3>${this.words.t("trial")}</h3>
      <p>${this.words.n("trial_ends",e)}</p>
      <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${this.words.t("trial_keep")}</button>
    </article>`}journal(t){return t.journal.intact?d:a`<article class="card">
      <h3><span class="badge deny">${this.words.t("journal_broken")}</span></h3>
      <p>${this.words.t("journal_broken_means")}</p>
      ${this.link("journal",this.words.t("tab_journal"))}
    </article>`}enforcers(t){return t.mode==="monitor"?[a`<article class="card">
          <h3>${this.words.t("watching_only")}</h3>
          <p>${this.words.t("watching_only_means")}</p>
          ${this.link("settings",this.words.t("tab_settings"))}
        </article>`]:t.enforcers.filter(e=>e.health!=="in_sync").map(e=>a`<article class="card">
          <h3><span class="badge ${e.health}">${this.words.t(`state_${e.health}`)}</span></h3>
          <p>${e.reason?this.words.why(e.reason):this.words.t(`state_${e.health}_means`)}</p>
          ${e.detail?a`<p class="muted">${e.detail}</p>`:d}
          <a href="/config/repairs">${this.words.t("open_repairs")}</a>
        </article>`)}newcomer(t){return a`<article class="card">
      <h3>${this.link(`device/${t.id}`,t.name)}</h3>
      <p>${this.words.t("newcomer_means",{what:this.what(t)})}</p>
      <div class="row">
        <button class="main" @click=${()=>this.release([t])}>${this.words.t("let_in")}</button>
        <button class="danger" @click=${()=>this.quarantine([t])}>${this.words.t("quarantine")}</button>
      </div>
    </article>`}quarantined(t){return a`<article class="card">
      <h3>${this.link(`device/${t.id}`,t.name)}</h3>
      <p>${this.standing(t)}</p>
      <p>${this.words.t(t.contained?"quarantined_means":"quarantined_not_held")}</p>
      <div class="row">
        <button @click=${()=>this.release([t])}>${this.words.t("release")}</button>
        ${this.link(`device/${t.id}`,this.words.t("why"))}
      </div>
    </article>`}what(t){return[this.words.t(`class_${t.class}`),t.manufacturer,t.model].filter(Boolean).join(", ")}reach(t){let{words:e}=this,s=t.filter(i=>i.governed),r=["full","routed","hub_only","none"];return a`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${e.t("reach")}</h2>
      ${s.length?d:a`<p>${e.t("no_devices")}</p>`}
      <dl>
        ${r.map(i=>[i,s.filter(o=>o.coverage===i).length]).filter(([,i])=>i).map(([i,o])=>a`<dt>${e.n("devices",o)}</dt>
            <dd>${e.coverage(i)}</dd>`)}
      </dl>
    </section>`}};customElements.define("secure-hub-home",Ge);var Qe=class extends v{constructor(){super();this.seen="";this.addEventListener("refresh",()=>{this.read()})}static{this.properties={incidents:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let s=JSON.stringify(this.store.overview?.incidents);s!==this.seen&&(this.seen=s,this.read())}async read(){this.incidents=(await this.attempt(()=>this.ask("incidents/list")))?.incidents??this.incidents??[]}render(){let{words:e,incidents:s}=this;return s?a`<div class="stack">
      <h2>${e.t("tab_incidents")}</h2>
      ${s.length?s.map(r=>a`<secure-hub-incident class="card" .hass=${this.hass} .store=${this.store} .words=${e} .frame=${this.frame} .incident=${r}></secure-hub-incident>`):a`<p class="card">${e.t("incidents_none")}</p>`}
    </div>`:a`<p role="status">${e.t("loading")}</p>`}static{this.styles=[g,$`
      secure-hub-incident {
        display: block;
      }
    `]}};customElements.define("secure-hub-incidents",Qe);var Vt=50,Ps=2e4,Cs=["any_day","today","yesterday","week"],Xe=class extends v{constructor(){super();this.turn=0;Object.assign(this,{older:null,kind:"",day:"any_day",busy:!1,kinds:[]})}static{this.properties={records:{state:!0},older:{state:!0},kind:{state:!0},day:{state:!0},verified:{state:!0},busy:{state:!0},kinds:{state:!0}}}firstUpdated(){this.attempt(()=>this.ask("journal/kinds")).then(e=>this.kinds=Object.keys(e?.kinds??{}))}willUpdate(e){let s=this.store.overview?.journal.records;(e.has("path")||e.has("kind")||e.has("day"))&&(this.records=void 0),(this.records===void 0||s!==this.seen&&this.records.length<=Vt)&&(this.seen=s,this.more(!0))}asked(){let e=new Date().setHours(0,0,0,0)/1e3;return{...{any_day:{},today:{since:e},yesterday:{since:e-86400,until:e},week:{since:e-6*86400}}[this.day],...this.path?{asset_id:this.path}:{},...this.kind?{kinds:[this.kind]}:{}}}async more(e=!1){let s=++this.turn,r=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:Vt,...e||this.older===null?{}:{before:this.older}}));s===this.turn&&(this.records=[...e?[]:this.records??[],...r?.records??[]],this.older=r?.before??null)}async verify(){this.busy=!0,this.verified=await this.attempt(()=>this.ask("journal/verify")),this.busy=!1}async export(){this.busy=!0;let e=[],s=null;do{let r=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:500,...s===null?{}:{before:s}}));if(!r)break;e.push(...r.records.map(i=>JSON.stringify(i))),s=r.before}while(s!==null&&e.length<Ps);this.busy=!1,ge(`secure-hub-journal-${new Date().toISOString().slice(0,10)}.jsonl`,"application/jsonl",e.join(`
`)+`
`),this.frame.tell(this.words.n("exported",e.length))}render(){let{words:e,records:s}=this,r=o=>c=>Object.assign(this,{[o]:c.target.value}),i=this.path?this.store.rows.get(this.path):void 0;return a`<div class="stack">
      <div class="row">
        <select aria-label=${e.t("kind_of_entry")} @change=${r("kind")}>
          <option value="">${e.t("every_entry")}</option>
          ${this.kinds.map(o=>a`<option value=${o}>${e.t(`entries_${o}`)}</option>`)}
        </select>
        <select aria-label=${e.t("day")} @change=${r("day")}>
          ${Cs.map(o=>a`<option value=${o}>${e.t(o)}</option>`)}
        </select>
        ${this.path?a`<span class="badge">${i?.name??e.t("gone_device")}</span> ${this.link("journal",e.t("every_device"))}`:d}
        <span class="grow"></span>
        <button ?disabled=${this.busy} @click=${()=>this.verify()}>${e.t("verify")}</button>
        <button ?disabled=${this.busy} @click=${()=>this.export()}>${e.t("export")}</button>
      </div>
      <div role="status">
        ${this.verified?a`<p class="note ${this.verified.ok?"allow":"deny"}">
              ${this.verified.ok?e.n("verified",this.verified.records):e.t("verified_not",{line:this.verified.first_break?.line})}
            </p>`:d}
      </div>
      <section class="card" aria-labelledby="entries">
        <h2 id="entries">${e.t("tab_journal")}</h2>
        ${s===void 0?a`<p role="status">${e.t("loading")}</p>`:s.length?fe(e,s):a`<p>${e.t(this.older===null?"journal_empty":"journal_search_on")}</p>`}
        ${this.older===null?d:a`<button @click=${()=>this.more()}>${e.t("older")}</button>`}
      </section>
    </div>`}static{this.styles=[g,V]}};customElements.define("secure-hub-journal",Xe);var Bt=1e3,Y=16,Z=30,ye=34,zt=14,Os={through:4,stopped:8},Ms=[{most:16,across:1,width:330,height:38,box:360,letters:36,place:42},{most:64,across:4,width:158,height:46,box:660,letters:17,place:28},{most:1/0,across:18,width:35,height:44,box:660,letters:2,place:28}],Wt=(n,t)=>n.length>t?`${n.slice(0,t-1)}…`:n;function Ft(n,t,e){return t.peer_asset_id&&e.has(t.peer_asset_id)?t.peer_asset_id:t.local?n.t("map_home"):me(t)}function js(n,t,e){let s=new Map;for(let l of t){let h=Ft(n,l,e);e.has(h)||s.set(h,(s.get(h)??0)+l.sent+l.received+(l.held?1e15:0))}let r=[...s].sort(([,l],[,h])=>h-l).map(([l])=>l),i=r.length>zt?r.slice(0,zt-1):r,o=n.t("map_elsewhere",{count:r.length-i.length}),c=new Map;for(let l of t){if(!e.has(l.asset_id))continue;let h=Ft(n,l,e),m=e.has(h)||i.includes(h)?h:o,f=`${l.asset_id} ${m}`,w=c.get(f)??{from:l.asset_id,to:m,allowed:0,held:0};c.set(f,{...w,allowed:w.allowed+l.allowed,held:w.held+l.held})}return{lines:[...c.values()],places:i.length<r.length?[...i,o]:i}}function Jt(n){let{words:t,segments:e,flows:s}=n,r=e.reduce((u,b)=>u+b.rows.length,0),i=Ms.find(u=>r<=u.most),o=new Map,c=16,l=e.map(u=>{let b={segment:u,top:c,height:48+Math.ceil(u.rows.length/i.across)*i.height};return u.rows.forEach((R,rt)=>{let ts=Y+16+rt%i.across*i.width;o.set(R.id,{x:ts,y:c+56+Math.floor(rt/i.across)*i.height})}),c+=b.height+14,b}),{lines:h,places:m}=js(t,s,new Set(o.keys())),f=Math.max(c,32+m.length*ye),w=(f-m.length*ye)/2+ye/2,p=new Map(m.map((u,b)=>[u,{x:Y+i.box+(Bt-i.box)*.3,y:w+b*ye}]));return y`<svg viewBox="0 0 ${Bt} ${f}" role="img" aria-label=${t.t("map_label",{count:e.length,flows:h.length})}>
    ${l.map(u=>y`<rect class="box" x=${Y} y=${u.top} width=${i.box} height=${u.height} rx="12" />
        <text class="title" x=${Y+16} y=${u.top+26}>${u.segment.title} (${u.segment.rows.length})</text>`)}
    ${h.map(u=>Ds(u,i,o,p,n.chosen))}
    ${l.flatMap(u=>u.segment.rows.map(b=>qs(n,b,o.get(b.id),i)))}
    ${[...p].map(([u,{x:b,y:R}])=>y`<g><title>${u}</title>
        <circle class="place" cx=${b} cy=${R} r="5" /><text x=${b+14} y=${R+5}>${Wt(u,i.place)}</text></g>`)}
  </svg>`}function Ds(n,t,e,s,r){let i=n.allowed?"through":"stopped",o=r!==void 0&&r!==n.from&&r!==n.to,c=e.get(n.from),l=t.width-14,h=Y+t.box,m=s.get(n.to),f=e.get(n.to),w="",p=c;if(m){let u=t.across===1?c.y:c.y+Z/2+Os[i],b=t.across===1?`M${c.x+l} ${u}`:`M${c.x+l/2} ${c.y+Z/2}V${u}`,R=(m.x-h)/2;w=`${b}H${h}C${h+R} ${u} ${m.x-R} ${m.y} ${m.x} ${m.y}`,p={x:m.x-16,y:m.y}}else if(f){let u=h+46;w=`M${c.x+l} ${c.y}C${u} ${c.y} ${u} ${f.y} ${f.x+l} ${f.y}`,p={x:(c.x+f.x+2*l+6*u)/8,y:(c.y+f.y)/2}}return y`<g class="flow ${i} ${o?"faded":""}">
    <path d=${w} />
    ${n.held?y`<path class="cross" d="M${p.x-5} ${p.y-5}l10 10m0-10l-10 10" />`:d}
  </g>`}function qs(n,t,{x:e,y:s},r){let{words:i}=n,o=n.mayReach(t),c=r.width-14,l=r.letters>2;return y`<g
    class="device ${t.standing} ${o?"open":""}"
    @click=${()=>n.go(t.id)}
    @mouseenter=${()=>n.choose(t.id)}
    @mouseleave=${()=>n.choose(void 0)}
  >
    <title>${t.name}: ${i.t(`standing_${t.standing}`)}${t.scopes.internet?`, ${i.t(o?"reaches_internet":"reaches_not")}`:""}</title>
    <rect x=${e} y=${s-Z/2} width=${c} height=${Z} rx=${l?Z/2:8} />
    ${l?y`<circle cx=${e+15} cy=${s} r="5" /><text x=${e+27} y=${s+5}>${Wt(t.name,r.letters)}</text>`:y`<text class="letters" x=${e+c/2} y=${s+5}>${t.name.slice(0,2)}</text>`}
  </g>`}var Kt=$`
  svg {
    display: block;
    width: 100%;
    min-width: 700px;
    font-size: 13px;
  }
  text {
    fill: var(--primary-text-color);
  }
  .title {
    font-weight: 500;
  }
  .letters {
    text-anchor: middle;
    font-size: 12px;
  }
  .box {
    fill: none;
    stroke: var(--line);
    stroke-width: 1.5;
  }
  .device {
    cursor: pointer;
  }
  .device rect {
    fill: var(--card-background-color, #fff);
    stroke: var(--state, var(--muted));
    stroke-width: 1.5;
    stroke-dasharray: 4 3;
  }
  .device.open rect {
    stroke-dasharray: none;
  }
  .device.quarantined rect {
    stroke-width: 3;
  }
  .device circle {
    fill: var(--state, var(--muted));
  }
  .device:hover rect {
    stroke-width: 3;
  }
  .place {
    fill: var(--primary-text-color);
  }
  .flow path {
    fill: none;
    stroke: var(--primary-color, #03a9f4);
    stroke-width: 1.6;
  }
  .flow.stopped path,
  .flow .cross {
    stroke: var(--bad);
  }
  .flow.stopped path {
    stroke-dasharray: 6 4;
  }
  .flow .cross {
    stroke-width: 2.4;
    stroke-dasharray: none !important;
  }
  .flow.faded {
    opacity: 0.12;
  }
`;var Gt=300,Us=500,Ls=3e4,Ye=class extends v{static{this.properties={flows:{state:!0},chosen:{state:!0}}}connectedCallback(){super.connectedCallback(),this.read(),this.timer=setInterval(()=>{this.read()},Ls)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}async read(){await this.updateComplete;let t=await this.attempt(()=>this.ask("flows",{limit:Us}));this.flows=t?.flows??this.flows??[]}segments(){let t=new Map;for(let e of this.store.rows.values()){if(e.class==="service")continue;let s=e.coverage_reason.startsWith("zigbee")||!e.interfaces.length&&e.scopes.lan===void 0,r=e.interfaces.length?e.interfaces:[s?"":"?"];for(let i of r)t.set(i,[...t.get(i)??[],e])}return[...t].sort(([e],[s])=>this.words.compare(e,s)).map(([e,s])=>({title:this.heading(e),rows:s.sort((r,i)=>this.words.compare(r.name,i.name))}))}heading(t){if(t==="")return this.words.t("segment_radio");if(t==="?")return this.words.t("segment_unseen");let e=this.store.overview?.segments.some(s=>s.interface===t);return this.words.t(e?"segment_guarded":"segment_open",{name:t})}mayReach(t){let e=t.scopes.internet;return e!==void 0&&(e.enforced==="not_enforceable"||e.enforced==="monitored"||e.decision==="allow")}render(){let{words:t,flows:e}=this,s=this.segments(),r=s.reduce((i,o)=>i+o.rows.length,0);return r?a`<div class="stack">
      ${r>Gt?a`<p class="card">${t.t("map_too_large",{count:r})}</p>`:a`<section class="card" aria-labelledby="map">
            <h2 id="map">${t.t("map")}</h2>
            <div class="wide" tabindex="0" role="group" aria-labelledby="map">${this.drawing(s)}</div>
            <p class="row muted legend">
              ${["through","stopped","ring"].map(i=>a`<span><i class=${i}></i>${t.t(`map_${i}`)}</span>`)}
            </p>
          </section>`}
      <section class="card" aria-labelledby="flows">
        <h2 id="flows">${t.t("map_flows")}</h2>
        ${e?a`<secure-hub-flow-table home .hass=${this.hass} .store=${this.store} .words=${t} .frame=${this.frame} .flows=${e}></secure-hub-flow-table>`:a`<p role="status">${t.t("loading_part")}</p>`}
      </section>
      <div class="cards">${s.map(i=>this.listed(i))}</div>
    </div>`:a`<p class="card">${t.t("no_devices")}</p>`}drawing(t){let{words:e,flows:s=[],chosen:r}=this;return Jt({words:e,segments:t,flows:s,chosen:r,mayReach:i=>this.mayReach(i),choose:i=>this.chosen=i,go:i=>this.frame.go(`device/${i}`)})}listed(t){return a`<section class="card">
      <h2>${t.title}</h2>
      <ul>
        ${t.rows.slice(0,Gt).map(e=>a`<li>
            ${this.link(`device/${e.id}`,e.name)}
            ${e.scopes.internet?a`<span class="muted">${this.words.t(this.mayReach(e)?"reaches_internet":"reaches_not")}</span>`:d}
            ${e.standing==="admitted"?d:this.standing(e)}
          </li>`)}
      </ul>
    </section>`}static{this.styles=[g,Kt,$`
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
        display: grid;
        gap: 8px;
      }
      .legend {
        gap: 4px 20px;
        font-size: 13px;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      i {
        width: 26px;
        border-top: 2px solid var(--primary-color, #03a9f4);
      }
      i.stopped {
        border-top: 2px dashed var(--bad);
      }
      i.ring {
        height: 14px;
        border: 1.5px dashed var(--muted);
        border-radius: 999px;
      }
    `]}};customElements.define("secure-hub-network",Ye);var Hs=20,Ze=class extends v{constructor(){super();this.seen="";this.onKey=e=>this.key(e);Object.assign(this,{answered:[],current:0,marked:new Set})}static{this.properties={waiting:{state:!0},answered:{state:!0},current:{state:!0},marked:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen="",window.addEventListener("keydown",this.onKey)}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener("keydown",this.onKey)}willUpdate(e){let s=JSON.stringify(this.store.overview?.requests);s!==this.seen&&(this.seen=s,this.read())}async read(){let e=await this.attempt(()=>this.ask("requests/list",{answered:Hs}));e&&(this.waiting=e.requests.sort((s,r)=>Number(r.urgent)-Number(s.urgent)||s.first-r.first),this.answered=e.answered,this.current=Math.max(0,Math.min(this.current,this.waiting.length-1)),this.marked=new Set([...this.marked].filter(s=>e.requests.some(r=>r.id===s))))}key(e){let s=e.composedPath()[0];if(e.ctrlKey||e.metaKey||e.altKey||/^(INPUT|SELECT|TEXTAREA)$/.test(s.tagName))return;let r=this.waiting?.[this.current],i={j:1,k:-1};if(e.key in i)this.current=Math.max(0,Math.min((this.waiting?.length??1)-1,this.current+i[e.key])),this.updateComplete.then(()=>this.renderRoot.querySelector("article[aria-current]")?.focus());else if(e.key==="x"&&r)this.mark(r);else if(e.key==="a"&&r)this.answerAll(this.concerned(r),"always");else if(e.key==="d"&&r)this.answerAll(this.concerned(r),"deny");else return;e.preventDefault(),e.stopPropagation()}concerned(e){let s=(this.waiting??[]).filter(r=>this.marked.has(r.id));return s.length?s:[e]}mark(e){let s=new Set(this.marked);s.delete(e.id)||s.add(e.id),this.marked=s}async answerAll(e,s){let{words:r}=this;if(s==="quarantine"){let l=r.list(e.map(m=>m.asset??r.t("gone_device")));if(!await this.frame.confirm({title:r.n("quarantine_sure",e.length,{name:l}),body:r.t("quarantine_means"),confirm:r.t("quarantine"),danger:!0}))return}let i=0,o=new Set;for(let l of e)try{await this.ask("requests/answer",{request_id:l.id,answer:s}),i++}catch(h){o.add(r.failure(h))}let c=i?[r.n("was_answered",i,{name:e[0]?.asset,answer:r.t(`answer_${s}`)})]:[];o.size&&c.push(r.n("not_done",e.length-i,{reason:[...o].join(" ")})),this.frame.tell(c.join(" ")),await this.read()}render(){let{words:e,waiting:s}=this;if(!s)return a`<p role="status">${e.t("loading")}</p>`;let r=s.filter(i=>this.marked.has(i.id));return a`<div class="stack">
      <div class="row between">
        <h2>${e.t("requests_wait")}</h2>
        ${r.length?a`<div class="row">
              <span>${e.n("marked",r.length)}</span>
              <button class="main" @click=${()=>this.answerAll(r,"always")}>${e.t("answer_always")}</button>
              <button @click=${()=>this.answerAll(r,"deny")}>${e.t("answer_deny")}</button>
            </div>`:d}
      </div>
      ${s.length?a`<p class="muted">${e.t("requests_keys")}</p>
            <div class="cards">${s.map((i,o)=>this.card(i,o))}</div>`:a`<p class="card">${e.t("requests_none")}</p>`}
      ${this.answered.length?a`<section class="card" aria-labelledby="answered">
            <h2 id="answered">${e.t("requests_answered")}</h2>
            <ul>
              ${this.answered.map(i=>a`<li>
                  ${i.settled===null?d:a`<span class="muted">${e.time(i.settled)}</span>`}
                  ${this.title_of(i)} ${i.answer?a`<strong>${e.t(`answer_${i.answer}`)}</strong>`:d}
                </li>`)}
            </ul>
          </section>`:d}
    </div>`}title_of(e){return this.words.t(`request_${e.kind}`,{name:e.asset??this.words.t("gone_device")})}card(e,s){let{words:r}=this;return a`<article
      class="card"
      tabindex="-1"
      aria-current=${s===this.current?"true":d}
      @focusin=${()=>this.current=s}
    >
      <div class="row between">
        <h3>${this.title_of(e)}</h3>
        <input type="checkbox" aria-label=${r.t("mark",{name:e.asset})} .checked=${this.marked.has(e.id)} @change=${()=>this.mark(e)} />
      </div>
      ${e.urgent?a`<p><span class="badge deny">${r.t("request_urgent")}</span></p>`:d}
      ${e.wants.length?a`<ul>
            ${e.wants.map(i=>a`<li>
                ${r.scope(i.scope)}: <strong>${i.description}</strong>
                ${i.used_by.length?a`<span class="muted">${r.t("request_also",{names:r.list(i.used_by.slice(0,5))})}</span>`:d}
              </li>`)}
            ${e.more?a`<li>${r.n("and_more",e.more)}</li>`:d}
          </ul>`:d}
      ${e.detail?a`<p class="muted">${e.detail}</p>`:d}
      <p class="muted">
        ${r.n("request_asked",e.count,{time:r.time(e.last)})} ${r.t("request_until",{time:r.time(e.expires)})}
      </p>
      ${e.agreed.length?a`<p class="note held">${r.t("request_second")}</p>`:d}
      <div class="row">
        ${e.answers.map(i=>a`<button
            class=${i==="always"?"main":i==="quarantine"?"danger":""}
            @click=${()=>this.answerAll([e],i)}
          >
            ${r.t(`answer_${i}`)}
          </button>`)}
      </div>
      <p>${this.link(`device/${e.asset_id}`,r.t("more_about_it"))}</p>
    </article>`}static{this.styles=[g,$`
      article[aria-current] {
        border-color: var(--primary-color);
        box-shadow: inset 4px 0 0 var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-requests",Ze);var et=class extends v{render(){let{words:t}=this,{overview:e}=this.store;return e?a`<div class="stack">
      ${e.trial_ends===null?d:a`<section class="card row between" role="alert">
            <p>${t.t("trial_means")}</p>
            <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${t.t("trial_keep")}</button>
          </section>`}
      <div class="cards">
        ${this.choice("mode",e.mode,["monitor","enforce"],s=>t.option("mode",s))}
        ${this.choice("newcomers",e.newcomers,["hold","allow"],s=>t.option("newcomers",s))}
        ${this.choice("profile",e.home_profile,U.filter(s=>s!=="default"),s=>t.profile(s))}
        <section class="card">
          <h2>${t.t("lockdown")}</h2>
          <p>${t.t("lockdown_means")}</p>
          <button class=${e.lockdown?"main":"danger"} @click=${()=>this.lockdown(e)}>
            ${t.t(e.lockdown?"lockdown_end":"lockdown_begin")}
          </button>
        </section>
      </div>
      <section class="card">
        <h2>${t.t("more_settings")}</h2>
        <p>${t.t("more_settings_means")}</p>
        <a href="/config/integrations/integration/secure_hub">${t.t("open_settings")}</a>
      </section>
      <section class="card">
        <h2>${t.t("enforcers")}</h2>
        <table>
          <thead>
            <tr><th scope="col">${t.t("enforcer")}</th><th scope="col">${t.t("condition")}</th></tr>
          </thead>
          <tbody>
            ${e.enforcers.map(s=>a`<tr>
                <td>${s.name}</td>
                <td>
                  <span class="badge ${s.health}">${t.t(`state_${s.health}`)}</span>
                  ${s.reason?t.why(s.reason):""} ${s.detail??""}
                </td>
              </tr>`)}
          </tbody>
        </table>
      </section>
    </div>`:d}choice(t,e,s,r){let{words:i}=this;return a`<fieldset class="card">
      <legend><h2>${i.t(`setting_${t}`)}</h2></legend>
      <p>${i.t(`setting_${t}_means`)}</p>
      ${s.map(o=>a`<label class="row">
          <input
            type="radio"
            name=${t}
            value=${o}
            .checked=${o===e}
            @change=${()=>this.set(t,o,e)}
          />${r(o)}
        </label>`)}
    </fieldset>`}async set(t,e,s){let{words:r}=this,i=await this.attempt(()=>this.ask("set_home",{[t]:e}));i&&this.frame.tell(r.t(i.trial_ends===null?"setting_done":"trial_means"),()=>this.ask("set_home",{[t]:s})),this.requestUpdate()}async lockdown(t){let{words:e}=this;(t.lockdown||await this.frame.confirm({title:e.t("lockdown_sure"),body:e.t("lockdown_means"),confirm:e.t("lockdown_begin"),danger:!0}))&&await this.set("lockdown",!t.lockdown,t.lockdown)}static{this.styles=[g,$`
      fieldset {
        margin: 0;
        min-width: 0;
      }
      legend {
        padding: 0 4px;
      }
      h2 {
        font-size: 16px;
      }
      label {
        padding: 4px 0;
      }
    `]}};customElements.define("secure-hub-settings",et);var Qt=["overdue","updating","update_available","end_of_support","unsupported","unknown","up_to_date"],tt=class extends v{constructor(){super();this.seen="";this.rollouts=[]}static{this.properties={updates:{state:!0},rollouts:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let s=JSON.stringify([this.store.overview?.updates,this.store.overview?.counts.governed]);s!==this.seen&&(this.seen=s,this.read())}async read(){let e=[],s=null;do{let r=await this.attempt(()=>this.ask("updates/list",s===null?{}:{after:s}));if(!r)break;e.push(...r.devices),s===null&&(this.rollouts=r.rollouts),s=r.after}while(s!==null);this.updates=e.sort((r,i)=>Qt.indexOf(r.status)-Qt.indexOf(i.status)||this.words.compare(r.asset,i.asset))}render(){let{words:e,updates:s}=this;if(!s)return a`<p role="status">${e.t("loading")}</p>`;let r=s.filter(X);return a`<div class="stack">
      <div class="row between">
        <h2>${r.length?e.n("updates_wait",r.length):e.t("updates_none")}</h2>
        ${r.length?a`<button class="main" @click=${()=>this.install()}>${e.t("install_all")}</button>`:d}
      </div>
      ${this.rollouts.map(i=>this.rollout(i))}
      <div class="card wide" tabindex="0" role="group" aria-label=${e.t("tab_updates")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${e.t("column_name")}</th>
              <th scope="col">${e.t("condition")}</th>
              <th scope="col">${e.t("version")}</th>
              <th scope="col">${e.t("deadline")}</th>
              <th scope="col"><span class="hidden-text">${e.t("install")}</span></th>
            </tr>
          </thead>
          <tbody>
            ${s.map(i=>this.line(i))}
          </tbody>
        </table>
        ${s.length?d:a`<p>${e.t("no_devices")}</p>`}
      </div>
    </div>`}line(e){let{words:s}=this;return a`<tr>
      <td>${this.link(`device/${e.asset_id}`,e.asset)}</td>
      <td>
        <span class="badge ${be(e)}"
          >${s.firmware(e.status)}</span
        >
        <span class="muted">${s.firmware_why(e.why)}${e.snoozed_until?` (${s.time(e.snoozed_until)})`:""}</span>
      </td>
      <td>${e.version??"–"}${e.latest&&e.latest!==e.version?a` → <strong>${e.latest}</strong>`:d}</td>
      <td>${e.deadline===null?"–":s.time(e.deadline,{dateStyle:"medium"})}</td>
      <td>
        ${X(e)?a`<button aria-label=${s.t("install_on",{name:e.asset})} @click=${()=>this.install(e)}>${s.t("install")}</button>`:d}
      </td>
    </tr>`}rollout(e){let{words:s}=this;return a`<section class="card">
      <h3>${s.t(e.ended===null?"rollout_runs":"rollout_ended",{time:s.time(e.ended??e.created)})}</h3>
      <p class="row">
        <progress max=${e.number} value=${e.done} aria-label=${s.t("rollout_progress")}></progress>
        <span>${s.t("rollout_done",{done:e.done,number:e.number})}</span>
      </p>
      <details ?open=${e.ended===null}>
        <summary>${s.n("devices",e.devices.length)}</summary>
        <ul>
          ${e.devices.map(r=>a`<li>
              ${r.asset??s.t("gone_device")} ${r.version}: ${s.t(`rollout_${r.state}`)}
              <span class="muted">${s.t("ring",{number:r.ring+1})}${r.reason?`, ${r.reason.replaceAll("_"," ")}`:""}</span>
            </li>`)}
        </ul>
      </details>
    </section>`}async install(e){await we(this,e)&&await this.read()}static{this.styles=[g,$`
      progress {
        flex: 1 1 160px;
        accent-color: var(--primary-color);
      }
    `]}};customElements.define("secure-hub-updates",tt);var _e=[{name:"",element:"secure-hub-home"},{name:"devices",element:"secure-hub-devices"},{name:"device",element:"secure-hub-device",tab:"devices"},{name:"requests",element:"secure-hub-requests",count:n=>n.requests.pending},{name:"incidents",element:"secure-hub-incidents",count:n=>n.incidents.open},{name:"updates",element:"secure-hub-updates",count:n=>n.updates.overdue},{name:"network",element:"secure-hub-network"},{name:"journal",element:"secure-hub-journal"},{name:"settings",element:"secure-hub-settings"}],Xt=_e.filter(n=>!n.tab);var Ns=["common","exceptions","selector","entity"],es="entity.select.internet.state_attributes",Is=["common.standing_","common.answer_","selector.scope.options.","selector.profile.options.","selector.finding_kind.options.","selector.playbook.options.",`${es}.decision.state.`],Yt=1e3,Zt=["byte","kilobyte","megabyte","gigabyte","terabyte"],xe=class n{constructor(t){this.language=t;this.texts={}}static async load(t){let e=new n(t.locale?.language??t.language),s=await Promise.all(Ns.map(r=>t.callWS({type:"frontend/get_translations",language:e.language,category:r,integration:"secure_hub"})));for(let{resources:r}of s)Object.assign(e.texts,r);return e}find(t,e={}){return this.texts[`component.secure_hub.${t}`]?.replace(/\{(\w+)\}/g,(s,r)=>String(e[r]??""))}t(t,e){return this.find(`common.${t}`,e)??t.replaceAll("_"," ")}n(t,e,s={}){return this.t(`${t}_${e===1?"one":"other"}`,{...s,count:e})}scope(t){return this.find(`selector.scope.options.${t}`)??t}profile(t){return this.find(`selector.profile.options.${t}`)??t}option(t,e){return this.find(`selector.${t}.options.${e}`)??e}attribute(t,e){return this.find(`${es}.${t}.state.${e}`)??e.replaceAll("_"," ")}decision(t){return this.attribute("decision",t)}reason(t){return this.attribute("reason",t)}enforced(t){return this.attribute("enforced",t)}coverage(t){return this.attribute("coverage",t)}why(t){return this.attribute("coverage_reason",t)}firmware(t){return this.find(`entity.sensor.firmware_status.state.${t}`)??t.replaceAll("_"," ")}firmware_why(t){return this.find(`entity.sensor.firmware_status.state_attributes.why.state.${t}`)??t.replaceAll("_"," ")}value(t){for(let e of Is){let s=this.find(e+t);if(s)return s}return/^[a-z_]+$/.test(t)?t.replaceAll("_"," "):t}because(t){let e=`because_${t}`;return this.find(`common.${e}`)??t}failure(t){let e=t,s=e?.translation_key;return(s?this.find(`exceptions.${s}.message`,e?.translation_placeholders??{}):void 0)??e?.message??String(t)}time(t,e={dateStyle:"medium",timeStyle:"short"}){return new Intl.DateTimeFormat(this.language,e).format(t*1e3)}when(t){let e=new Date(t*1e3).toDateString()===new Date().toDateString();return this.time(t,e?{timeStyle:"short"}:{dateStyle:"medium",timeStyle:"short"})}number(t,e={}){return new Intl.NumberFormat(this.language,e).format(t)}bytes(t){let e=t<1?0:Math.min(Zt.length-1,Math.floor(Math.log(t)/Math.log(Yt)));return this.number(t/Yt**e,{style:"unit",unit:Zt[e],maximumSignificantDigits:3})}list(t){return new Intl.ListFormat(this.language).format(t)}compare(t,e){return t.localeCompare(e,this.language,{numeric:!0,sensitivity:"base"})}scopes(t){return this.list(t.map(e=>this.scope(e)))}};var Vs=12e3,st=class extends k{constructor(){super();this.store=new ce(()=>this.hass);this.parts=new H;this.tick=0,this.store.addEventListener("changed",()=>this.tick++)}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},words:{state:!0},question:{state:!0},news:{state:!0},tick:{state:!0}}}connectedCallback(){super.connectedCallback(),this.store.start(),this.read()}disconnectedCallback(){super.disconnectedCallback(),this.store.stop()}async read(){for(;!this.hass;)await new Promise(e=>setTimeout(e,20));this.words=await xe.load(this.hass)}go(e){history.pushState(null,"",`/secure-hub/${e}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}confirm(e){return new Promise(s=>{this.question={...e,answer:s}})}tell(e,s){clearTimeout(this.timer),this.news=s?{text:e,undo:s}:{text:e},this.timer=setTimeout(()=>this.news=void 0,Vs)}async undo(){let e=this.news?.undo,{words:s}=this;if(!(!e||!s))try{await e(),this.tell(s.t("undone"))}catch(r){this.tell(s.failure(r))}}answer(e){this.question?.answer(e),this.question=void 0}updated(){let e=this.renderRoot.querySelector("dialog");this.question&&e&&!e.open&&e.showModal()}render(){let{words:e}=this;if(!e)return d;let[s="",...r]=(this.route?.path??location.pathname.replace("/secure-hub","")).replace(/^\//,"").split("/"),i=_e.find(o=>o.name===s)??_e[0];return a`
      <header>
        <button class="menu" aria-label=${e.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${e.t("views")}>
          ${Xt.map(o=>{let c=this.store.overview&&o.count?.(this.store.overview)||0;return a`<a
                href="/secure-hub/${o.name}"
                aria-current=${o.name===(i.tab??i.name)?"page":d}
                @click=${l=>{l.preventDefault(),this.go(o.name)}}
                >${e.t(`tab_${o.name||"home"}`)}${c?a`<span class="count">${c}</span>`:d}</a
              >`})}
        </nav>
      </header>
      <main>${this.body(i.element,decodeURIComponent(r.join("/")))}</main>
      ${this.asked(e)}
      <div class="news" role="status">
        ${this.news?a`<div>
              <span>${this.news.text}</span>
              ${this.news.undo?a`<button @click=${()=>this.undo()}>${e.t("undo")}</button>`:d}
              <button aria-label=${e.t("close")} @click=${()=>this.news=void 0}>✕</button>
            </div>`:d}
      </div>
    `}body(e,s){let r=this.words;return this.store.condition==="stopped"?a`<section class="card state" role="alert">
        <h2>${r.t("not_running")}</h2>
        <p>${r.failure(this.store.trouble??{message:r.t("not_running_why")})}</p>
        <p>
          ${r.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${r.t("open_settings")}</a>
        </p>
      </section>`:this.store.condition==="loading"?a`<p class="state" role="status">${r.t("loading")}</p>`:this.parts.show(e,{hass:this.hass,store:this.store,words:r,frame:this,path:s})}asked(e){let{question:s}=this;return s?a`<dialog aria-labelledby="question" @close=${()=>this.answer(!1)}>
      <h2 id="question">${s.title}</h2>
      <div class="body">${s.body}</div>
      <div class="row end">
        <button @click=${()=>this.answer(!1)}>${e.t("cancel")}</button>
        <button class=${s.danger?"danger":"main"} autofocus @click=${()=>this.answer(!0)}>
          ${s.confirm}
        </button>
      </div>
    </dialog>`:d}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[g,$`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
        height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      header {
        display: flex;
        align-items: center;
        gap: 4px 16px;
        padding: 0 12px;
        min-height: var(--header-height, 56px);
        background: var(--card-background-color, #fff);
        border-bottom: 1px solid var(--line);
        flex-wrap: wrap;
      }
      h1 {
        font-size: 20px;
        font-weight: 400;
      }
      .menu {
        display: none;
        border: 0;
        background: none;
        font-size: 20px;
      }
      :host([narrow]) .menu {
        display: block;
      }
      nav {
        display: flex;
        overflow-x: auto;
        align-self: stretch;
        max-width: 100%;
      }
      nav a {
        display: flex;
        align-items: center;
        padding: 10px 12px;
        text-decoration: none;
        white-space: nowrap;
        border-bottom: 3px solid transparent;
      }
      nav a[aria-current] {
        border-bottom-color: var(--primary-color, #03a9f4);
        font-weight: 500;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .count {
        margin-inline-start: 6px;
        padding: 0 7px;
        border-radius: 999px;
        font-size: 12px;
        background: var(--primary-text-color);
        color: var(--primary-background-color);
      }
      main {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: var(--gap);
        display: flex;
        flex-direction: column;
      }
      main > * {
        width: 100%;
        max-width: 1400px;
        margin: 0 auto;
      }
      .state {
        margin-top: 32px;
      }
      dialog {
        border: 0;
        border-radius: var(--radius);
        padding: 24px;
        max-width: min(560px, 92vw);
        max-height: 86vh;
        background: var(--card-background-color, #fff);
        color: inherit;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.5);
      }
      .body {
        margin: 12px 0 20px;
        overflow: auto;
        max-height: 56vh;
      }
      .end {
        justify-content: flex-end;
      }
      .news {
        position: fixed;
        inset: auto 16px 16px;
        display: flex;
        justify-content: center;
        pointer-events: none;
      }
      .news > div {
        pointer-events: auto;
        display: flex;
        gap: 12px;
        align-items: center;
        padding: 8px 8px 8px 16px;
        border-radius: 8px;
        background: var(--primary-text-color);
        color: var(--primary-background-color);
        max-width: 720px;
        box-shadow: 0 2px 12px rgba(0, 0, 0, 0.3);
      }
      .news button {
        background: none;
        border: 0;
        color: inherit;
        text-decoration: underline;
      }
    `]}};customElements.define("secure-hub-panel",st);
