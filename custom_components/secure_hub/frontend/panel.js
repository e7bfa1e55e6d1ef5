var ee=globalThis,te=ee.ShadowRoot&&(ee.ShadyCSS===void 0||ee.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,Te=Symbol(),dt=new WeakMap,B=class{constructor(s,e,t){if(this._$cssResult$=!0,t!==Te)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=s,this.t=e}get styleSheet(){let s=this.o,e=this.t;if(te&&s===void 0){let t=e!==void 0&&e.length===1;t&&(s=dt.get(e)),s===void 0&&((this.o=s=new CSSStyleSheet).replaceSync(this.cssText),t&&dt.set(e,s))}return s}toString(){return this.cssText}},ct=a=>new B(typeof a=="string"?a:a+"",void 0,Te),g=(a,...s)=>{let e=a.length===1?a[0]:s.reduce((t,r,i)=>t+(o=>{if(o._$cssResult$===!0)return o.cssText;if(typeof o=="number")return o;throw Error("Value passed to 'css' function must be a 'css' function result: "+o+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(r)+a[i+1],a[0]);return new B(e,a,Te)},pt=(a,s)=>{if(te)a.adoptedStyleSheets=s.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of s){let t=document.createElement("style"),r=ee.litNonce;r!==void 0&&t.setAttribute("nonce",r),t.textContent=e.cssText,a.appendChild(t)}},Ee=te?a=>a:a=>a instanceof CSSStyleSheet?(s=>{let e="";for(let t of s.cssRules)e+=t.cssText;return ct(e)})(a):a;var{is:as,defineProperty:os,getOwnPropertyDescriptor:ls,getOwnPropertyNames:ds,getOwnPropertySymbols:cs,getPrototypeOf:ps}=Object,se=globalThis,ht=se.trustedTypes,hs=ht?ht.emptyScript:"",us=se.reactiveElementPolyfillSupport,z=(a,s)=>a,Ae={toAttribute(a,s){switch(s){case Boolean:a=a?hs:null;break;case Object:case Array:a=a==null?a:JSON.stringify(a)}return a},fromAttribute(a,s){let e=a;switch(s){case Boolean:e=a!==null;break;case Number:e=a===null?null:Number(a);break;case Object:case Array:try{e=JSON.parse(a)}catch{e=null}}return e}},mt=(a,s)=>!as(a,s),ut={attribute:!0,type:String,converter:Ae,reflect:!1,useDefault:!1,hasChanged:mt};Symbol.metadata??=Symbol("metadata"),se.litPropertyMetadata??=new WeakMap;var T=class extends HTMLElement{static addInitializer(s){this._$Ei(),(this.l??=[]).push(s)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(s,e=ut){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(s)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(s,e),!e.noAccessor){let t=Symbol(),r=this.getPropertyDescriptor(s,t,e);r!==void 0&&os(this.prototype,s,r)}}static getPropertyDescriptor(s,e,t){let{get:r,set:i}=ls(this.prototype,s)??{get(){return this[e]},set(o){this[e]=o}};return{get:r,set(o){let l=r?.call(this);i?.call(this,o),this.requestUpdate(s,l,t)},configurable:!0,enumerable:!0}}static getPropertyOptions(s){return this.elementProperties.get(s)??ut}static _$Ei(){if(this.hasOwnProperty(z("elementProperties")))return;let s=ps(this);s.finalize(),s.l!==void 0&&(this.l=[...s.l]),this.elementProperties=new Map(s.elementProperties)}static finalize(){if(this.hasOwnProperty(z("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(z("properties"))){let e=this.properties,t=[...ds(e),...cs(e)];for(let r of t)this.createProperty(r,e[r])}let s=this[Symbol.metadata];if(s!==null){let e=litPropertyMetadata.get(s);if(e!==void 0)for(let[t,r]of e)this.elementProperties.set(t,r)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let r=this._$Eu(e,t);r!==void 0&&this._$Eh.set(r,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(s){let e=[];if(Array.isArray(s)){let t=new Set(s.flat(1/0).reverse());for(let r of t)e.unshift(Ee(r))}else s!==void 0&&e.push(Ee(s));return e}static _$Eu(s,e){let t=e.attribute;return t===!1?void 0:typeof t=="string"?t:typeof s=="string"?s.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(s=>this.enableUpdating=s),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(s=>s(this))}addController(s){(this._$EO??=new Set).add(s),this.renderRoot!==void 0&&this.isConnected&&s.hostConnected?.()}removeController(s){this._$EO?.delete(s)}_$E_(){let s=new Map,e=this.constructor.elementProperties;for(let t of e.keys())this.hasOwnProperty(t)&&(s.set(t,this[t]),delete this[t]);s.size>0&&(this._$Ep=s)}createRenderRoot(){let s=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return pt(s,this.constructor.elementStyles),s}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(s=>s.hostConnected?.())}enableUpdating(s){}disconnectedCallback(){this._$EO?.forEach(s=>s.hostDisconnected?.())}attributeChangedCallback(s,e,t){this._$AK(s,t)}_$ET(s,e){let t=this.constructor.elementProperties.get(s),r=this.constructor._$Eu(s,t);if(r!==void 0&&t.reflect===!0){let i=(t.converter?.toAttribute!==void 0?t.converter:Ae).toAttribute(e,t.type);this._$Em=s,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(s,e){let t=this.constructor,r=t._$Eh.get(s);if(r!==void 0&&this._$Em!==r){let i=t.getPropertyOptions(r),o=typeof i.converter=="function"?{fromAttribute:i.converter}:i.converter?.fromAttribute!==void 0?i.converter:Ae;this._$Em=r;let l=o.fromAttribute(e,i.type);this[r]=l??this._$Ej?.get(r)??l,this._$Em=null}}requestUpdate(s,e,t,r=!1,i){if(s!==void 0){let o=this.constructor;if(r===!1&&(i=this[s]),t??=o.getPropertyOptions(s),!((t.hasChanged??mt)(i,e)||t.useDefault&&t.reflect&&i===this._$Ej?.get(s)&&!this.hasAttribute(o._$Eu(s,t))))return;this.C(s,e,t)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(s,e,{useDefault:t,reflect:r,wrapped:i},o){t&&!(this._$Ej??=new Map).has(s)&&(this._$Ej.set(s,o??e??this[s]),i!==!0||o!==void 0)||(this._$AL.has(s)||(this.hasUpdated||t||(e=void 0),this._$AL.set(s,e)),r===!0&&this._$Em!==s&&(this._$Eq??=new Set).add(s))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let s=this.scheduleUpdate();return s!=null&&await s,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[r,i]of this._$Ep)this[r]=i;this._$Ep=void 0}let t=this.constructor.elementProperties;if(t.size>0)for(let[r,i]of t){let{wrapped:o}=i,l=this[r];o!==!0||this._$AL.has(r)||l===void 0||this.C(r,void 0,i,l)}}let s=!1,e=this._$AL;try{s=this.shouldUpdate(e),s?(this.willUpdate(e),this._$EO?.forEach(t=>t.hostUpdate?.()),this.update(e)):this._$EM()}catch(t){throw s=!1,this._$EM(),t}s&&this._$AE(e)}willUpdate(s){}_$AE(s){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(s)),this.updated(s)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(s){return!0}update(s){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(s){}firstUpdated(s){}};T.elementStyles=[],T.shadowRootOptions={mode:"open"},T[z("elementProperties")]=new Map,T[z("finalized")]=new Map,us?.({ReactiveElement:T}),(se.reactiveElementVersions??=[]).push("2.1.2");var Ce=globalThis,gt=a=>a,re=Ce.trustedTypes,ft=re?re.createPolicy("lit-html",{createHTML:a=>a}):void 0,Oe="$lit$",E=`lit$${Math.random().toFixed(9).slice(2)}$`,Me="?"+E,ms=`<${Me}>`,O=document,W=()=>O.createComment(""),J=a=>a===null||typeof a!="object"&&typeof a!="function",je=Array.isArray,_t=a=>je(a)||typeof a?.[Symbol.iterator]=="function",Pe=`[ 	
\f\r]`,F=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,$t=/-->/g,vt=/>/g,P=RegExp(`>|${Pe}(?:([^\\s"'>=/]+)(${Pe}*=${Pe}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),bt=/'/g,wt=/"/g,xt=/^(?:script|style|textarea|title)$/i,De=a=>(s,...e)=>({_$litType$:a,strings:s,values:e}),n=De(1),_=De(2),sr=De(3),k=Symbol.for("lit-noChange"),c=Symbol.for("lit-nothing"),yt=new WeakMap,C=O.createTreeWalker(O,129);function kt(a,s){if(!je(a)||!a.hasOwnProperty("raw"))throw Error("invalid template strings array");return ft!==void 0?ft.createHTML(s):s}var Rt=(a,s)=>{let e=a.length-1,t=[],r,i=s===2?"<svg>":s===3?"<math>":"",o=F;for(let l=0;l<e;l++){let d=a[l],h,m,f=-1,b=0;for(;b<d.length&&(o.lastIndex=b,m=o.exec(d),m!==null);)b=o.lastIndex,o===F?m[1]==="!--"?o=$t:m[1]!==void 0?o=vt:m[2]!==void 0?(xt.test(m[2])&&(r=RegExp("</"+m[2],"g")),o=P):m[3]!==void 0&&(o=P):o===P?m[0]===">"?(o=r??F,f=-1):m[1]===void 0?f=-2:(f=o.lastIndex-m[2].length,h=m[1],o=m[3]===void 0?P:m[3]==='"'?wt:bt):o===wt||o===bt?o=P:o===$t||o===vt?o=F:(o=P,r=void 0);let w=o===P&&a[l+1].startsWith("/>")?" ":"";i+=o===F?d+ms:f>=0?(t.push(h),d.slice(0,f)+Oe+d.slice(f)+E+w):d+E+(f===-2?l:w)}return[kt(a,i+(a[e]||"<?>")+(s===2?"</svg>":s===3?"</math>":"")),t]},K=class a{constructor({strings:s,_$litType$:e},t){let r;this.parts=[];let i=0,o=0,l=s.length-1,d=this.parts,[h,m]=Rt(s,e);if(this.el=a.createElement(h,t),C.currentNode=this.el.content,e===2||e===3){let f=this.el.content.firstChild;f.replaceWith(...f.childNodes)}for(;(r=C.nextNode())!==null&&d.length<l;){if(r.nodeType===1){if(r.hasAttributes())for(let f of r.getAttributeNames())if(f.endsWith(Oe)){let b=m[o++],w=r.getAttribute(f).split(E),p=/([.?@])?(.*)/.exec(b);d.push({type:1,index:i,name:p[2],strings:w,ctor:p[1]==="."?ne:p[1]==="?"?ae:p[1]==="@"?oe:j}),r.removeAttribute(f)}else f.startsWith(E)&&(d.push({type:6,index:i}),r.removeAttribute(f));if(xt.test(r.tagName)){let f=r.textContent.split(E),b=f.length-1;if(b>0){r.textContent=re?re.emptyScript:"";for(let w=0;w<b;w++)r.append(f[w],W()),C.nextNode(),d.push({type:2,index:++i});r.append(f[b],W())}}}else if(r.nodeType===8)if(r.data===Me)d.push({type:2,index:i});else{let f=-1;for(;(f=r.data.indexOf(E,f+1))!==-1;)d.push({type:7,index:i}),f+=E.length-1}i++}}static createElement(s,e){let t=O.createElement("template");return t.innerHTML=s,t}};function M(a,s,e=a,t){if(s===k)return s;let r=t!==void 0?e._$Co?.[t]:e._$Cl,i=J(s)?void 0:s._$litDirective$;return r?.constructor!==i&&(r?._$AO?.(!1),i===void 0?r=void 0:(r=new i(a),r._$AT(a,e,t)),t!==void 0?(e._$Co??=[])[t]=r:e._$Cl=r),r!==void 0&&(s=M(a,r._$AS(a,s.values),r,t)),s}var ie=class{constructor(s,e){this._$AV=[],this._$AN=void 0,this._$AD=s,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(s){let{el:{content:e},parts:t}=this._$AD,r=(s?.creationScope??O).importNode(e,!0);C.currentNode=r;let i=C.nextNode(),o=0,l=0,d=t[0];for(;d!==void 0;){if(o===d.index){let h;d.type===2?h=new L(i,i.nextSibling,this,s):d.type===1?h=new d.ctor(i,d.name,d.strings,this,s):d.type===6&&(h=new le(i,this,s)),this._$AV.push(h),d=t[++l]}o!==d?.index&&(i=C.nextNode(),o++)}return C.currentNode=O,r}p(s){let e=0;for(let t of this._$AV)t!==void 0&&(t.strings!==void 0?(t._$AI(s,t,e),e+=t.strings.length-2):t._$AI(s[e])),e++}},L=class a{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(s,e,t,r){this.type=2,this._$AH=c,this._$AN=void 0,this._$AA=s,this._$AB=e,this._$AM=t,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let s=this._$AA.parentNode,e=this._$AM;return e!==void 0&&s?.nodeType===11&&(s=e.parentNode),s}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(s,e=this){s=M(this,s,e),J(s)?s===c||s==null||s===""?(this._$AH!==c&&this._$AR(),this._$AH=c):s!==this._$AH&&s!==k&&this._(s):s._$litType$!==void 0?this.$(s):s.nodeType!==void 0?this.T(s):_t(s)?this.k(s):this._(s)}O(s){return this._$AA.parentNode.insertBefore(s,this._$AB)}T(s){this._$AH!==s&&(this._$AR(),this._$AH=this.O(s))}_(s){this._$AH!==c&&J(this._$AH)?this._$AA.nextSibling.data=s:this.T(O.createTextNode(s)),this._$AH=s}$(s){let{values:e,_$litType$:t}=s,r=typeof t=="number"?this._$AC(s):(t.el===void 0&&(t.el=K.createElement(kt(t.h,t.h[0]),this.options)),t);if(this._$AH?._$AD===r)this._$AH.p(e);else{let i=new ie(r,this),o=i.u(this.options);i.p(e),this.T(o),this._$AH=i}}_$AC(s){let e=yt.get(s.strings);return e===void 0&&yt.set(s.strings,e=new K(s)),e}k(s){je(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,t,r=0;for(let i of s)r===e.length?e.push(t=new a(this.O(W()),this.O(W()),this,this.options)):t=e[r],t._$AI(i),r++;r<e.length&&(this._$AR(t&&t._$AB.nextSibling,r),e.length=r)}_$AR(s=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);s!==this._$AB;){let t=gt(s).nextSibling;gt(s).remove(),s=t}}setConnected(s){this._$AM===void 0&&(this._$Cv=s,this._$AP?.(s))}},j=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(s,e,t,r,i){this.type=1,this._$AH=c,this._$AN=void 0,this.element=s,this.name=e,this._$AM=r,this.options=i,t.length>2||t[0]!==""||t[1]!==""?(this._$AH=Array(t.length-1).fill(new String),this.strings=t):this._$AH=c}_$AI(s,e=this,t,r){let i=this.strings,o=!1;if(i===void 0)s=M(this,s,e,0),o=!J(s)||s!==this._$AH&&s!==k,o&&(this._$AH=s);else{let l=s,d,h;for(s=i[0],d=0;d<i.length-1;d++)h=M(this,l[t+d],e,d),h===k&&(h=this._$AH[d]),o||=!J(h)||h!==this._$AH[d],h===c?s=c:s!==c&&(s+=(h??"")+i[d+1]),this._$AH[d]=h}o&&!r&&this.j(s)}j(s){s===c?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,s??"")}},ne=class extends j{constructor(){super(...arguments),this.type=3}j(s){this.element[this.name]=s===c?void 0:s}},ae=class extends j{constructor(){super(...arguments),this.type=4}j(s){this.element.toggleAttribute(this.name,!!s&&s!==c)}},oe=class extends j{constructor(s,e,t,r,i){super(s,e,t,r,i),this.type=5}_$AI(s,e=this){if((s=M(this,s,e,0)??c)===k)return;let t=this._$AH,r=s===c&&t!==c||s.capture!==t.capture||s.once!==t.once||s.passive!==t.passive,i=s!==c&&(t===c||r);r&&this.element.removeEventListener(this.name,this,t),i&&this.element.addEventListener(this.name,this,s),this._$AH=s}handleEvent(s){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,s):this._$AH.handleEvent(s)}},le=class{constructor(s,e,t){this.element=s,this.type=6,this._$AN=void 0,this._$AM=e,this.options=t}get _$AU(){return this._$AM._$AU}_$AI(s){M(this,s)}},St={M:Oe,P:E,A:Me,C:1,L:Rt,R:ie,D:_t,V:M,I:L,H:j,N:ae,U:oe,B:ne,F:le},gs=Ce.litHtmlPolyfillSupport;gs?.(K,L),(Ce.litHtmlVersions??=[]).push("3.3.3");var Tt=(a,s,e)=>{let t=e?.renderBefore??s,r=t._$litPart$;if(r===void 0){let i=e?.renderBefore??null;t._$litPart$=r=new L(s.insertBefore(W(),i),i,void 0,e??{})}return r._$AI(a),r};var Le=globalThis,S=class extends T{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let s=super.createRenderRoot();return this.renderOptions.renderBefore??=s.firstChild,s}update(s){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(s),this._$Do=Tt(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return k}};S._$litElement$=!0,S.finalized=!0,Le.litElementHydrateSupport?.({LitElement:S});var fs=Le.litElementPolyfillSupport;fs?.({LitElement:S});(Le.litElementVersions??=[]).push("4.2.2");var G=["internet","lan","peers","hub","control","report","share"],de=["default","allow","ask","deny"],q=["default","trusted","local_only","cloud_only","restricted","ask"],Et=["sent","received","calls"];function Q(a,s,e={}){return a.callWS({type:`secure_hub/${s}`,...e})}var $s=2e3,ce=class extends EventTarget{constructor(e){super();this.hass=e;this.rows=new Map;this.condition="loading";this.version=0;this.frame=0;this.running=!1}start(){this.running=!0,this.follow()}stop(){this.running=!1,clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async follow(){try{this.end=await this.hass().connection.subscribeMessage(e=>this.take(e),{type:"secure_hub/subscribe"}),await this.read(),this.condition="ready",this.trouble=void 0}catch(e){this.trouble=e,this.condition="stopped",this.later()}this.tell()}async read(){let e=new Map;this.overview=await Q(this.hass(),"overview");let t=null;do{let r=await Q(this.hass(),"assets",t===null?{}:{after:t});for(let i of r.assets)e.set(i.id,i);t=r.after}while(t!==null);this.rows=e,this.version++}take(e){e.stopped&&(this.condition="stopped",this.later()),e.overview&&(this.overview=e.overview);for(let t of e.changed??[])this.rows.set(t.id,t);for(let t of e.gone??[])this.rows.delete(t);(e.changed||e.gone)&&this.version++,this.tell()}later(){clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0,this.running&&(this.timer=setTimeout(()=>{this.follow()},$s))}tell(){this.frame||(this.frame=requestAnimationFrame(()=>{this.frame=0,this.dispatchEvent(new Event("changed"))}))}};var u=g`
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
`;var H=240,pe=64,At=12,Pt=12,he=44,vs=3600,Ct=4,bs=44,ue=a=>a.high!==null&&a.most>a.high;function ws(a){let s=10**Math.floor(Math.log10(Math.max(a,1)));return[1,1.5,2,3,4,6,8,10].map(e=>e*s).find(e=>e>=a)??a}function Ot(a,s){let e=[],t=[];for(let r of a){let i=s(r);i!==null&&t.push([r,i]),(i===null||r===a.at(-1))&&t.length&&(e.push(t),t=[])}return e}function Mt(a,s,e,t,r){let i=a[0]?.start??0,o=a.at(-1)?.start??1,l=ws(Math.max(1,...a.map(p=>Math.max(p.most,p.high??0)))),d=p=>pe+(p-i)/Math.max(1,o-i)*(s-pe-At),h=p=>Pt+(1-p/l)*(H-Pt-he),m=p=>p.map(([v,y],Z)=>`${Z?"L":"M"}${d(v).toFixed(1)} ${h(y).toFixed(1)}`).join(""),f=Ot(a,({low:p,high:v})=>p===null||v===null?null:[p,v]),b=d(i+vs)-d(i),w=[6,12,24].find(p=>p*b>=bs)??48;return _`<svg viewBox="0 0 ${s} ${H}" role="img" aria-label=${e}>
    ${Array.from({length:Ct+1},(p,v)=>l*v/Ct).map(p=>_`<line class="grid" x1=${pe} x2=${s-At} y1=${h(p)} y2=${h(p)} />
        <text class="end" x=${pe-8} y=${h(p)+4}>${t.amount(p)}</text>`)}
    ${a.filter(p=>new Date(p.start*1e3).getHours()%w===0).map(p=>{let v=new Date(p.start*1e3).getHours()===0;return _`<line class="grid" x1=${d(p.start)} x2=${d(p.start)} y1=${H-he} y2=${H-he+(v?24:6)} />
          <text class="middle" x=${d(p.start)} y=${H-he+18}>${w<24?t.hour(p.start):""}</text>
          ${v&&d(p.start)<s-60?_`<text x=${d(p.start)+4} y=${H-6}>${t.day(p.start)}</text>`:c}`})}
    ${f.map(p=>_`<path class="band" d="${m(p.map(([v,[,y]])=>[v.start,y]))}${m(p.map(([v,[y]])=>[v.start,y]).reverse()).replace("M","L")}Z" />`)}
    ${Ot(a,p=>p.typical).map(p=>_`<path class="typical" d=${m(p.map(([v,y])=>[v.start,y]))} />`)}
    <path class="seen" d=${m(a.slice(Math.max(0,a.findIndex(p=>p.total>0)-1)).map(p=>[p.start,p.most]))} />
    ${a.filter(p=>r&&ue(p)).map(p=>{let[v,y]=[d(p.start),h(p.most)];return _`<path class="above" d="M${v} ${y-6}l6 6-6 6-6-6Z" />`})}
  </svg>`}var jt=g`
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
`;var U=class extends Map{show(s,e){let t=this.get(s);return t||this.set(s,t=document.createElement(s)),Object.assign(t,e)}};function R(a){a.dispatchEvent(new Event("refresh",{bubbles:!0,composed:!0}))}var $=class extends S{constructor(){super(...arguments);this.onChange=()=>this.changed()}static{this.properties={hass:{attribute:!1,hasChanged:()=>!1},store:{attribute:!1},words:{attribute:!1},frame:{attribute:!1},path:{}}}static{this.styles=[u]}connectedCallback(){super.connectedCallback(),this.store.addEventListener("changed",this.onChange),this.changed()}disconnectedCallback(){super.disconnectedCallback(),this.store.removeEventListener("changed",this.onChange)}changed(){this.requestUpdate()}ask(e,t={}){return Q(this.hass,e,t)}async attempt(e){try{return await e()}catch(t){this.frame.tell(this.words.failure(t));return}}async apply(e,t,r){await this.attempt(async()=>(await e(),!0))&&this.frame.tell(t,r)}async quarantine(e,t){let{words:r}=this,i=r.list(e.slice(0,10).map(d=>d.name));if(!await this.frame.confirm({title:r.n("quarantine_sure",e.length,{name:i}),body:n`<p>${r.t("quarantine_means")}</p>
        ${e.some(d=>d.coverage!=="full")?n`<p class="note held">${r.t("quarantine_partly")}</p>`:c}
        ${e.length>1?n`<p>${i}${e.length>10?" …":""}</p>`:c}`,confirm:r.t("quarantine"),danger:!0}))return;let l=e.map(d=>d.id);await this.apply(()=>this.ask("quarantine",{asset_ids:l,...t?{reason:t}:{}}),r.n("was_quarantined",e.length,{name:i}),()=>this.ask("release",{asset_ids:l}))}async release(e){let t=this.words.list(e.slice(0,10).map(i=>i.name)),r=e.filter(i=>i.standing==="quarantined").map(i=>i.id);await this.apply(()=>this.ask("release",{asset_ids:e.map(i=>i.id)}),this.words.n("was_released",e.length,{name:t}),r.length?()=>this.ask("quarantine",{asset_ids:r}):void 0)}link(e,t){return n`<a
      href="/secure-hub/${e}"
      @click=${r=>{r.ctrlKey||r.metaKey||r.shiftKey||(r.preventDefault(),this.frame.go(e))}}
      >${t}</a
    >`}standing(e){let t=e.standing!=="admitted"!==e.contained&&e.coverage!=="none";return n`<span class="badge ${e.standing}"
      >${this.words.t(`standing_${e.standing}`)}${t?` (${this.words.enforced("pending")})`:""}</span
    >`}willUpdate(e){}};var ys=6e4,A=class extends ${constructor(){super(...arguments);this.turn=0}static{this.properties={...$.properties,told:{state:!0},trouble:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=void 0,this.timer=setInterval(()=>{this.again()},ys)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}willUpdate(e){let t=JSON.stringify(this.basis());t!==this.seen&&(this.seen=t,this.again())}async again(){let e=++this.turn;try{let t=await this.read();if(e!==this.turn)return;this.told=t,this.trouble=void 0}catch(t){e===this.turn&&(this.trouble=this.words.failure(t))}}render(){let{words:e,told:t,trouble:r}=this;return n`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t(this.heading)}</h2>
      ${r!==void 0?n`<p class="note deny" role="alert">${r}</p>`:t===void 0?n`<p class="muted" role="status">${e.t("loading_part")}</p>`:this.show(t)}
    </section>`}},x=class extends A{static{this.properties={...A.properties,details:{attribute:!1}}}basis(){return this.details.id}willUpdate(s){let e=s.get("details");e&&e.id!==this.details.id&&(this.told=this.trouble=void 0),super.willUpdate(s)}};var _s=280,qe=class extends x{constructor(){super();this.heading="behaviour";this.watch=new ResizeObserver(([e])=>this.width=Math.max(_s,Math.round(e.contentRect.width)-34));Object.assign(this,{quantity:"sent",width:800})}static{this.properties={...x.properties,quantity:{state:!0},width:{state:!0}}}connectedCallback(){super.connectedCallback(),this.watch.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.watch.disconnect()}basis(){return[super.basis(),this.quantity]}read(){return this.ask("behaviour",{asset_id:this.details.id,quantity:this.quantity})}amount(e){return this.quantity==="calls"?this.words.number(Math.round(e)):this.words.bytes(e)}show({hours:e,learning:t,since:r}){let{words:i}=this,o=e.filter(ue).length,l={what:i.t(`quantity_${this.quantity}`)},d=t?i.t("behaviour_week",l):i.n("behaviour_label",o,l);return n`<div class="row between">
        <p>${e.length?d:i.t("behaviour_none")}</p>
        <select aria-label=${i.t("quantity")} @change=${h=>this.quantity=h.target.value}>
          ${Et.map(h=>n`<option value=${h} ?selected=${h===this.quantity}>${i.t(`quantity_${h}`)}</option>`)}
        </select>
      </div>
      ${t?n`<p class="note held">${r===null?i.t("behaviour_unlearnt"):i.t("behaviour_learning",{since:i.time(r)})}</p>`:c}
      ${e.length?this.drawn(e,d,!t):c}`}drawn(e,t,r){let{words:i}=this,o={amount:l=>this.amount(l),day:l=>i.time(l,{weekday:"short",day:"numeric"}),hour:l=>i.time(l,{hour:"2-digit"})};return n`${Mt(e,this.width,t,o,r)}
      <p class="row muted legend" aria-hidden="true">
        ${["seen","typical","band","above"].map(l=>n`<span><i class="key-${l}"></i>${i.t(`behaviour_${l}`)}</span>`)}
      </p>
      <details>
        <summary>${i.t("as_table")}</summary>
        <div class="wide rows" tabindex="0" role="group" aria-label=${i.t("as_table")}>
          <table>
            <thead>
              <tr>
                ${["hour","behaviour_seen","usual","whole_hour"].map(l=>n`<th scope="col">${i.t(l)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${e.filter(l=>l.total>0).reverse().map(l=>n`<tr>
                    <td>${i.time(l.start)}</td>
                    <td>${this.amount(l.most)} ${r&&ue(l)?n`<strong>${i.t("behaviour_above")}</strong>`:c}</td>
                    <td>${l.low===null||l.high===null?"–":`${this.amount(l.low)} – ${this.amount(l.high)}`}</td>
                    <td>${this.amount(l.total)}</td>
                  </tr>`)}
            </tbody>
          </table>
        </div>
      </details>`}static{this.styles=[u,jt,g`
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
    `]}};customElements.define("secure-hub-behaviour",qe);var Dt=50,xs=new Set(["device","peer","service"]),me=a=>a.peer_asset??(a.name||a.peer);function ks(a,s){return n`${s.allowed?n`<span class="badge allow">${a.n("flow_allowed",s.allowed)}</span>`:c}
  ${s.held?n`<span class="badge deny">✕ ${a.n("flow_held",s.held)}</span>`:c}`}var He=class extends ${static{this.properties={...$.properties,flows:{attribute:!1},home:{type:Boolean},sort:{state:!0},upwards:{state:!0},most:{state:!0}}}constructor(){super(),Object.assign(this,{flows:[],home:!1,sort:"sent",upwards:!1,most:Dt})}service(s){let e=`${s.protocol.toUpperCase()}${s.port?` ${s.port}`:""}`;return s.service?`${s.service} (${e})`:e}key(s){switch(this.sort){case"device":return s.asset;case"peer":return me(s);case"service":return this.service(s);case"outcome":return s.held;default:return s[this.sort]}}sorted(){let s=new Map(this.flows.map(t=>[t,this.key(t)])),e=this.upwards?1:-1;return[...this.flows].sort((t,r)=>{let[i,o]=[s.get(t),s.get(r)];return e*(typeof i=="number"&&typeof o=="number"?i-o:this.words.compare(String(i),String(o)))})}render(){let{words:s}=this;if(!this.flows.length)return n`<p>${s.t("flows_none")}</p>`;let e=[...this.home?["device"]:[],"peer","outcome","service","sent","received","last"],t=this.sorted();return n`<div class="wide" tabindex="0" role="group" aria-label=${s.t("flows")}>
        <table>
          <thead>
            <tr>${e.map(r=>this.head(r))}</tr>
          </thead>
          <tbody>
            ${t.slice(0,this.most).map(r=>this.line(r))}
          </tbody>
        </table>
      </div>
      <p class="muted">${s.t("flows_means")}</p>
      ${t.length>this.most?n`<button @click=${()=>this.most+=Dt}>${s.n("and_more",t.length-this.most)}</button>`:c}`}head(s){let e=s===this.sort;return n`<th scope="col" aria-sort=${e?this.upwards?"ascending":"descending":"none"}>
      <button
        @click=${()=>{this.upwards=e?!this.upwards:xs.has(s),this.sort=s}}
      >
        ${this.words.t(`flow_${s}`)} <span aria-hidden="true">${e?this.upwards?"▴":"▾":""}</span>
      </button>
    </th>`}line(s){let{words:e}=this,t=me(s);return n`<tr>
      ${this.home?n`<td>${this.link(`device/${s.asset_id}`,s.asset)}</td>`:c}
      <td>
        ${s.peer_asset_id?this.link(`device/${s.peer_asset_id}`,t):t}
        <br /><small class="muted"
          >${[e.t(s.inward?"flow_inward":s.local?"flow_local":"flow_outside"),t===s.peer?"":s.peer].filter(Boolean).join(", ")}</small
        >
      </td>
      <td>${ks(e,s)}</td>
      <td>${this.service(s)}</td>
      <td class="number">${e.bytes(s.sent)}</td>
      <td class="number">${e.bytes(s.received)}</td>
      <td>${e.when(s.last)}</td>
    </tr>`}static{this.styles=[u,g`
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
    `]}};customElements.define("secure-hub-flow-table",He);var Ue=class extends x{constructor(){super(...arguments);this.heading="flows"}read(){return this.ask("flows",{asset_id:this.details.id})}show({flows:e}){return n`<secure-hub-flow-table .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame} .flows=${e}></secure-hub-flow-table>`}static{this.styles=[u]}};customElements.define("secure-hub-flows",Ue);var Ie=class extends ${static{this.properties={...$.properties,details:{attribute:!1}}}render(){let{details:s,words:e}=this,t={dateStyle:"medium"},r=[["addresses",s.addresses.join(", ")],["interfaces",s.interfaces.join(", ")],["integrations",s.integrations.join(", ")],["first_seen",e.time(s.first_seen,t)],["last_seen",s.present?e.t("now"):e.time(s.last_seen,t)]];return n`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("who")}</h2>
      <dl>
        ${s.identifiers.filter(i=>i.kind!=="registry").map(i=>n`<dt>${e.t(`identifier_${i.kind}`)}</dt><dd><code>${i.value}</code></dd>`)}
        ${r.map(([i,o])=>o?n`<dt>${e.t(i)}</dt><dd>${o}</dd>`:c)}
      </dl>
      <h3>${e.t("evidence",{kind:e.t(`class_${s.class}`)})}</h3>
      ${s.evidence.length?n`<ul>
            ${s.evidence.map(i=>n`<li>${e.t(`class_${i.class}`)}: ${i.fact.replaceAll("_"," ")} <code>${i.detail}</code></li>`)}
          </ul>`:n`<p>${e.t("evidence_none")}</p>`}
      ${s.governed?c:n`<p class="note">${e.t("ungoverned_means")}</p>`}
    </section>`}static{this.styles=[u,g`
      h3 {
        margin-top: 16px;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-identity",Ie);function ge(a,s,e){let t=document.createElement("a");t.href=URL.createObjectURL(new Blob([e],{type:s})),t.download=a,t.click(),URL.revokeObjectURL(t.href)}var qt=["scope","destination","answer","finding","step","version"],Ne=a=>a!==null&&typeof a=="object"&&!Array.isArray(a);function I(a,s){return Array.isArray(s)?a.list(s.map(e=>I(a,e))):Ne(s)?Object.entries(s).map(([e,t])=>`${e.replaceAll("_"," ")}: ${I(a,t)}`).join(", "):s===null?"–":a.value(String(s))}function Lt(a,s){return!Ne(a)||!Ne(s)?a:Object.fromEntries(Object.entries(a).filter(([e,t])=>JSON.stringify(t)!==JSON.stringify(s[e])))}function Rs(a,{before:s,after:e}){if(s===null&&e===null)return c;let[t,r]=[Lt(s,e),Lt(e,s)];return n`<span>${s===null?"":`${I(a,t)} → `}<strong>${I(a,r)}</strong></span>`}function Ss(a,s){let e=Object.entries(s??{}).filter(([t])=>!qt.some(r=>r===t));return e.length?n`<details>
    <summary>${a.t("details")}</summary>
    <dl>${e.map(([t,r])=>n`<dt>${t.replaceAll("_"," ")}</dt><dd>${I(a,r)}</dd>`)}</dl>
  </details>`:c}function Ts(a,s){let e=s.actor_name??(s.actor?a.t("gone_user"):"Secure Hub");return a.t("did_by",{who:e})+(s.reason?` (${a.because(s.reason)})`:"")}function Ve(a,s){let e=qt.filter(t=>s.details?.[t]&&s.details[t]!=="any").map(t=>I(a,s.details[t]));return n`<time class="muted" datetime=${new Date(s.time*1e3).toISOString()}
      >${a.time(s.time,{timeStyle:"short"})}</time
    >
    <div>
      <strong>${a.t(`did_${s.action}`)}</strong>
      ${s.asset_id?n`<a href="/secure-hub/device/${s.asset_id}">${s.asset??a.t("gone_device")}</a>`:c}
      ${e.length?n`<span>${e.join(", ")}</span>`:c} ${Rs(a,s)}
      <span class="muted">${Ts(a,s)}</span>
      ${Ss(a,s.details)}
    </div>`}function fe(a,s){let e=new Map;for(let t of s){let r=a.time(t.time,{dateStyle:"full"});e.set(r,[...e.get(r)??[],t])}return[...e].map(([t,r])=>n`<h3 class="day">${t}</h3>
      <ul class="lines">
        ${r.map(i=>n`<li>${Ve(a,i)}</li>`)}
      </ul>`)}var N=g`
  .day {
    margin-top: 12px;
  }
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
`;var Be=class extends ${constructor(){super();this.seen="";this.done=[]}static{this.properties={...$.properties,incident:{attribute:!1},done:{state:!0}}}willUpdate(e){let{id:t,asset_id:r,updated:i,closed:o}=this.incident,l=JSON.stringify([t,i,o,this.store.rows.get(r)?.standing]);l!==this.seen&&(this.seen=l,this.attempt(()=>this.ask("incidents/get",{incident_id:t})).then(d=>this.done=d?.done??[]))}render(){let{words:e,incident:t}=this,r=this.store.rows.get(t.asset_id);return n`<article>
      <div class="row between">
        <h3>${this.link(`device/${t.asset_id}`,t.asset??e.t("gone_device"))}</h3>
        <span class="row">
          ${t.closed===null?c:n`<span class="badge">${e.t(`closed_${t.reason}`)}</span>`}
          <span class="badge ${t.severity}">${e.t(`severity_${t.severity}`)}</span>
        </span>
      </div>
      <p class="row">
        ${r?this.standing(r):c}
        <span class="muted">${e.n("incident_since",t.findings,{time:e.time(t.opened)})}</span>
      </p>
      <ol class="lines">
        ${this.told().map(i=>n`<li>${i}</li>`)}
      </ol>
      <div class="row" ?hidden=${t.closed!==null}>
        ${r&&r.standing!=="quarantined"?n`<button class="danger" @click=${()=>this.quarantine([r],e.option("finding_kind",t.timeline[0]?.finding??""))}>${e.t("quarantine")}</button>`:c}
        ${r&&r.standing==="quarantined"?n`<button class="main" @click=${()=>this.letGo()}>${e.t("release_and_watch")}</button>`:c}
        <button @click=${()=>this.normal()}>${e.t("this_is_normal")}</button>
        <button @click=${()=>this.export()}>${e.t("export")}</button>
      </div>
    </article>`}told(){let{words:e}=this,t=this.incident.timeline.map(i=>[i.time,n`<span class="muted">${e.time(i.time,{timeStyle:"short"})}</span>
            <div>
              <strong>${e.option("finding_kind",i.finding)}</strong>
              <span class="badge ${i.severity}">${e.t(`severity_${i.severity}`)}, ${e.number(i.confidence,{style:"percent"})}</span>
              <br />${i.evidence} ${i.technique?n`<span class="muted">MITRE ATT&amp;CK ${i.technique}</span>`:c}
            </div>`]),r=this.done.map(i=>[i.time,Ve(e,i)]);return[...t,...r].sort(([i],[o])=>i-o).map(([,i])=>i)}async export(){let{id:e}=this.incident,t=await this.attempt(()=>this.ask("incidents/export",{incident_id:e}));t&&ge(`secure-hub-incident-${e}.json`,"application/json",JSON.stringify(t,null,2))}async letGo(){let{asset_id:e,asset:t}=this.incident;await this.attempt(async()=>{await this.ask("incidents/release",{asset_id:e}),this.frame.tell(this.words.t("was_let_go_watched",{name:t}))}),R(this)}async normal(){let{words:e,incident:t}=this,r=[...new Set(t.timeline.map(d=>d.finding))],i,o=!1;await this.frame.confirm({title:e.t("normal_sure",{name:t.asset}),body:n`<p>${e.t("normal_means")}</p>
        <ul>
          ${r.map(d=>n`<li>${e.option("finding_kind",d)}</li>`)}
        </ul>
        <label class="row"
          >${e.t("normal_for")}
          <select @change=${d=>i=Number(d.target.value)||void 0}>
            <option value="">${e.t("normal_ever")}</option>
            <option value="7">${e.t("normal_week")}</option>
          </select></label
        >
        <label class="row"
          ><input type="checkbox" @change=${d=>o=d.target.checked} />${e.t("normal_everywhere")}</label
        >`,confirm:e.t("this_is_normal")})&&(await this.attempt(async()=>{let{asset_id:d,asset:h}=t,{released:m}=await this.ask("incidents/normal",{asset_id:d,everywhere:o,...i?{days:i}:{}});this.frame.tell(e.t(m?"was_normal_released":"was_normal",{name:h}))}),R(this))}static{this.styles=[u,N]}};customElements.define("secure-hub-incident",Be);var ze=class extends x{constructor(){super();this.heading="tab_incidents";this.addEventListener("refresh",()=>{this.again()})}basis(){return[super.basis(),this.store.overview?.incidents]}read(){return this.ask("incidents/list",{asset_id:this.details.id,closed:!0})}show({incidents:e}){let{words:t}=this;return n`${e.length?e.map(r=>n`<secure-hub-incident .hass=${this.hass} .store=${this.store} .words=${t} .frame=${this.frame} .incident=${r}></secure-hub-incident>`):n`<p>${t.t("incidents_none_of_it")}</p>`}`}static{this.styles=[u,g`
      secure-hub-incident {
        display: block;
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
      }
    `]}};customElements.define("secure-hub-device-incidents",ze);var Es=3,Fe=class extends x{constructor(){super();this.heading="life";Object.assign(this,{successor:"",busy:!1,person:""})}static{this.properties={...x.properties,successor:{state:!0},rehearsal:{state:!0},busy:{state:!0},person:{state:!0}}}read(){return this.successor=this.person="",this.rehearsal=void 0,this.ask("people")}show({people:e}){return n`<div class="parts">
      <section aria-labelledby="replace">${this.replacing()}</section>
      <section aria-labelledby="transfer">${this.transferring(e)}</section>
      <section aria-labelledby="retire">${this.retiring()}</section>
    </div>`}successors(){let{details:e,words:t}=this,r=i=>+(i.class!==e.class);return[...this.store.rows.values()].filter(i=>i.id!==e.id&&i.governed&&i.protected===null&&i.device_id!==null).sort((i,o)=>r(i)-r(o)||t.compare(i.name,o.name))}replacing(){let{words:e,details:t}=this,r=t.replacement;return n`<h3 id="replace">${e.t("replace")}</h3>
      <p>${e.t("replace_means")}</p>
      ${r&&r.state!=="done"&&r.state!=="rolled_back"?this.progress(r):this.choosing()}`}choosing(){let{words:e,rehearsal:t,busy:r}=this,i=this.successors();return i.length?n`<div class="row">
        <select
          aria-label=${e.t("replace_by")}
          ?disabled=${r}
          @change=${o=>{this.successor=o.target.value,this.rehearsal=void 0}}
        >
          <option value="" ?selected=${!this.successor}>${e.t("replace_by")}</option>
          ${i.map(o=>n`<option value=${o.id} ?selected=${o.id===this.successor}>${o.name}</option>`)}
        </select>
        <button ?disabled=${!this.successor||r} @click=${()=>this.rehearse()}>${e.t("replace_plan")}</button>
      </div>
      ${t?n`${this.steps(t)}
            <button class="danger" ?disabled=${r} @click=${()=>this.start()}>${e.t("replace_start")}</button>`:c}
      ${r?this.bar():c}`:n`<p class="muted">${e.t("replace_by_none")}</p>`}steps({steps:e,not_carried_over:t}){let{words:r}=this;return n`<div role="status">
      <p>${r.n("replace_steps",e.length)}</p>
      ${this.grouped(e.map(i=>[r.option("replacement_step",i.step),i.subject]))}
      ${t.length?n`<div class="note held">
            <p>${r.t("replace_lost")}</p>
            ${this.grouped(t.map(i=>[r.option("replacement_loss",i.reason),i.subject]))}
          </div>`:n`<p class="note allow">${r.t("replace_lost_nothing")}</p>`}
    </div>`}grouped(e){let t=new Map;for(let[r,i]of e)t.set(r,[...t.get(r)??[],i]);return n`<ul>
      ${[...t].map(([r,i])=>n`<li>
          ${i.length>Es?n`<details>
                <summary>${r} (${i.length})</summary>
                ${this.words.list(i)}
              </details>`:n`${r} <strong>${this.words.list(i)}</strong>`}
        </li>`)}
    </ul>`}bar(){let{words:e}=this,t=this.store.overview?.replacements.find(r=>r.old===this.details.id);return t?.number?n`<p class="row" role="status">
      <progress max=${t.number} value=${t.done} aria-label=${e.t("rollout_progress")}></progress>
      <span>${e.t("rollout_done",{done:t.done,number:t.number})}</span>
    </p>`:n`<p role="status">${e.t("replace_begins")}</p>`}progress(e){let{words:t,busy:r}=this;return n`<p class="note ${e.state==="stopped"?"deny":"held"}">
        ${t.t(`replace_${e.state}`,{name:e.new_name})}
        ${e.error?t.failure({message:e.detail,translation_key:e.error,translation_placeholders:{detail:e.detail}}):""}
      </p>
      ${this.bar()}
      <div class="row">
        <button class="main" ?disabled=${r} @click=${()=>this.go("replace/resume")}>${t.t("replace_resume")}</button>
        ${e.can_roll_back?n`<button ?disabled=${r} @click=${()=>this.go("replace/roll_back")}>${t.t("replace_roll_back")}</button>`:n`<span class="muted">${t.t("replace_too_late")}</span>`}
      </div>`}async rehearse(){let e={old:this.details.id,new:this.successor};this.rehearsal=await this.attempt(()=>this.ask("replace/plan",e))}async start(){let{words:e,details:t,successor:r}=this,i=this.store.rows.get(r)?.name;await this.frame.confirm({title:e.t("replace_sure",{old:t.name,new:i}),body:e.t("replace_sure_means"),confirm:e.t("replace_start"),danger:!0})&&await this.follow(()=>this.ask("replace/start",{old:t.id,new:r}))}go(e){return this.follow(()=>this.ask(e,{asset_id:this.details.id}))}async follow(e){this.busy=!0;let t=await this.attempt(e);this.busy=!1,t&&this.frame.tell(this.words.t(`replace_${t.state}`,{name:t.new_name})),t?.state==="done"?this.frame.go(`device/${t.new}`):R(this)}transferring(e){let{words:t,details:r}=this,i=r.owners.map(o=>o.name??t.t("gone_user"));return n`<h3 id="transfer">${t.t("transfer")}</h3>
      <p>${i.length?t.t("owned_by",{names:t.list(i)}):t.t("owned_by_nobody")}</p>
      <div class="row">
        <select aria-label=${t.t("transfer_to")} @change=${o=>this.person=o.target.value}>
          <option value="" ?selected=${!this.person}>${t.t("transfer_to")}</option>
          ${e.map(o=>n`<option value=${o.id} ?selected=${o.id===this.person}>${o.name}</option>`)}
        </select>
        <button ?disabled=${!this.person} @click=${()=>this.transfer(e)}>${t.t("transfer_start")}</button>
      </div>`}async transfer(e){let{words:t,details:r,person:i}=this,o={name:r.name,person:e.find(d=>d.id===i)?.name};await this.frame.confirm({title:t.t("transfer_sure",o),body:t.t("transfer_means"),confirm:t.t("transfer_start"),danger:!0})&&(await this.attempt(async()=>{await this.ask("requests/set_owner",{asset_id:r.id,owners:[i],transfer:!0}),this.frame.tell(t.t("was_transferred",o))}),R(this))}retiring(){let{words:e,details:t}=this;return n`<h3 id="retire">${e.t("retire")}</h3>
      <p>${e.t("retire_means")}</p>
      <button class="danger" ?disabled=${t.protected!==null} @click=${()=>this.retire()}>${e.t("retire_start")}</button>`}async retire(){let{words:e,details:t}=this;await this.frame.confirm({title:e.t("retire_sure",{name:t.name}),body:n`<p>${e.t("retire_means")}</p>
        <p class="note deny">${e.t("no_way_back")}</p>`,confirm:e.t("retire_start"),danger:!0})&&await this.attempt(async()=>{await this.ask("retire",{asset_id:t.id}),this.frame.tell(e.t("was_retired",{name:t.name})),this.frame.go("devices")})}static{this.styles=[u,g`
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
      ul {
        padding-inline-start: 20px;
        overflow-wrap: anywhere;
      }
    `]}};customElements.define("secure-hub-life",Fe);var As=20,We=class extends x{constructor(){super(...arguments);this.heading="happened"}basis(){return[super.basis(),this.store.overview?.journal.records]}read(){return this.ask("journal",{asset_id:this.details.id,limit:As})}show({records:e}){let{words:t,details:r}=this;return n`${e.length?fe(t,e):n`<p>${t.t("happened_nothing")}</p>`}
    ${this.link(`journal/${r.id}`,t.t("happened_all"))}`}static{this.styles=[u,N]}};customElements.define("secure-hub-lines",We);var D={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Ht=a=>(...s)=>({_$litDirective$:a,values:s}),$e=class{constructor(s){}get _$AU(){return this._$AM._$AU}_$AT(s,e,t){this._$Ct=s,this._$AM=e,this._$Ci=t}_$AS(s,e){return this.update(s,e)}update(s,e){return this.render(...e)}};var{I:ui}=St;var Ut=a=>a.strings===void 0;var Ps={},It=(a,s=Ps)=>a._$AH=s;var Nt=Ht(class extends $e{constructor(a){if(super(a),a.type!==D.PROPERTY&&a.type!==D.ATTRIBUTE&&a.type!==D.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!Ut(a))throw Error("`live` bindings can only contain a single expression")}render(a){return a}update(a,[s]){if(s===k||s===c)return s;let e=a.element,t=a.name;if(a.type===D.PROPERTY){if(s===e[t])return k}else if(a.type===D.BOOLEAN_ATTRIBUTE){if(!!s===e.hasAttribute(t))return k}else if(a.type===D.ATTRIBUTE&&e.getAttribute(t)===s+"")return k;return It(a),s}});function ve(a,s,e,t){let r=s.scopes[e];if(!r)return n`<span class="muted" title=${a.t("scope_not_for_it")}>–<span class="hidden-text">${a.t("scope_not_for_it")}</span></span>`;let i=r.enforced==="not_enforceable",o=a.t(`cell_${r.decision}`),l=[a.t("cell_label",{name:s.name,scope:a.scope(e),decision:a.decision(r.decision)}),a.t("cell_enforced",{enforced:a.enforced(r.enforced)}),r.exceptions?a.n("cell_exceptions",r.exceptions):""].filter(Boolean).join(" ");return n`<select
    class="${r.decision} ${r.said==="default"?"":"said"} ${r.enforced}"
    aria-label=${l}
    title=${l}
    .value=${Nt(r.said)}
    ?disabled=${s.protected!==null}
    @change=${d=>t(d.target.value)}
  >
    ${de.map(d=>n`<option value=${d} ?selected=${d===r.said}>
          ${i&&d===r.said?"⊘ ":""}${d==="default"?`(${o})`:a.t(`cell_${d}`)}${d===r.said&&r.exceptions?" *":""}
        </option>`)}
  </select>`}var Je=class extends ${static{this.properties={...$.properties,details:{attribute:!1}}}render(){let{details:s,words:e}=this;return n`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("may")}</h2>
      ${G.map(t=>{let r=s.verdicts[t];return r?this.verdict(s,t,r):c})}
      ${this.said(s)}
    </section>`}verdict(s,e,t){let{words:r}=this,i=t.enforced==="not_enforceable";return n`<article data-scope=${e}>
      <div class="what">
        <h3>${r.scope(e)}</h3>
        <span class="badge ${t.decision}">${r.decision(t.decision)}</span>
      </div>
      <div>
        <p>${r.t("because",{reason:r.reason(t.reason)})}</p>
        <p class=${i?"note held":"muted"}>
          ${r.t("cell_enforced",{enforced:r.enforced(t.enforced)})} ${i?`${r.why(t.coverage_reason)}.`:""}
        </p>
        ${(t.shared_addresses??[]).map(({address:o,names:l})=>n`<p class="note held">${r.t("shared_address",{address:o,names:r.list(Object.keys(l))})}</p>`)}
        ${this.voices("overrode",t.overrode)} ${this.voices("exceptions",t.exceptions)}
      </div>
      <div class="row scope">
        ${ve(r,s,e,o=>this.decide(e,o))}
        ${t.decision==="allow"||s.standing==="quarantined"||i?c:n`<button @click=${()=>this.grant(e)}>${r.t("allow_hour")}</button>`}
      </div>
    </article>`}voices(s,e){return e.length?n`<details>
      <summary>${this.words.n(s,e.length)}</summary>
      <ul>
        ${e.map(t=>n`<li>
            ${this.words.reason(t.layer)}: ${this.words.decision(t.decision)}${t.destination==="any"?"":n` → <code>${t.destination}</code>`}
          </li>`)}
      </ul>
    </details>`:c}said(s){let{words:e}=this,t=s.rules.filter(i=>i.destination!=="any");if(!t.length&&!s.grants.length&&!s.allow_list.length)return c;let r=(i,o,l,d)=>n`<tr>
        <td>${e.scope(i)}</td>
        <td><code>${o==="any"?e.t("anywhere"):o}</code></td>
        <td>${e.decision(l)}</td>
        <td>${d}</td>
      </tr>`;return n`<h3 id="said">${e.t("said")}</h3>
      <div class="wide" tabindex="0" role="group" aria-labelledby="said">
        <table>
          <thead>
            <tr>
              ${["scope","destination","decision","until"].map(i=>n`<th scope="col">${e.t(i)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${s.grants.map(i=>r(i.scope,i.destination,"allow",n`${e.time(i.expires)} <button @click=${()=>this.revoke(i.scope)}>${e.t("revoke")}</button>`))}
            ${t.map(i=>r(i.scope,i.destination,i.decision,e.t("always")))}
            ${s.allow_list.map(i=>r(i.scope,i.destination,"allow",e.t("on_its_list")))}
          </tbody>
        </table>
      </div>`}async decide(s,e){let{details:t,words:r}=this,i=t.scopes[s].said,o=l=>({changes:[{value:t.id,scope:s,decision:l}]});await this.apply(()=>this.ask("set_permissions",o(e)),r.n("was_decided",1,{name:t.name,scope:r.scope(s),decision:r.option("decision",e)}),()=>this.ask("set_permissions",o(i))),R(this)}async grant(s){let{id:e,name:t}=this.details;await this.attempt(async()=>{await this.ask("grant",{asset_id:e,scope:s,duration:"1_hour"}),this.frame.tell(this.words.t("was_granted",{name:t,scope:this.words.scope(s)}),()=>this.ask("revoke",{asset_id:e,scope:s}))}),R(this)}async revoke(s){await this.attempt(()=>this.ask("revoke",{asset_id:this.details.id,scope:s})),R(this)}static{this.styles=[u,g`
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
    `]}};customElements.define("secure-hub-permissions",Je);var X=a=>a.status==="overdue"||a.status==="update_available",Cs={overdue:"deny",update_available:"ask",updating:"ask",up_to_date:"allow"},be=a=>Cs[a.status]??"",we=(a,s)=>n`${s.version}: ${a.t(`rollout_${s.state}`)}
    <span class="muted">${a.t("ring",{number:s.ring+1})}${s.reason?`, ${s.reason.replaceAll("_"," ")}`:""}</span>`;async function ye(a,s){let{words:e,frame:t}=a;if(!await t.confirm({title:s?e.t("install_on",{name:s.asset}):e.t("install_all"),body:e.t("install_means"),confirm:e.t("install")}))return!1;let i=await a.attempt(()=>a.ask("updates/install",s?{asset_ids:[s.asset_id],now:!0,confirm:!0}:{}));if(!i)return!1;let o=Object.values(i.left_out),l=[e.n("was_ordered",Object.keys(i.installing).length)];if(o.length){let d=e.list([...new Set(o)].map(h=>e.t(`left_out_${h}`)));l.push(e.n("was_left_out",o.length,{reason:d}))}return t.tell(l.join(" ")),!0}var Os=7,Ke=class extends x{constructor(){super();this.heading="software";this.reason=""}static{this.properties={...x.properties,reason:{state:!0}}}basis(){return[super.basis(),this.store.overview?.updates]}read(){return this.ask("updates/device",{asset_id:this.details.id})}show(e){let{words:t}=this,r=o=>o===null?"":t.time(o,{dateStyle:"medium"}),i=[["version",e.version??t.t("version_unknown")],["latest",e.latest&&e.latest!==e.version?e.latest:""],["deadline",r(e.deadline)],["support_ends",r(e.support_ends)],["skipped",[e.skipped,e.skip_reason].filter(Boolean).join(": ")],["snoozed",[r(e.snoozed_until),e.snooze_reason].filter(Boolean).join(": ")],["source",e.source??""]];return n`<p class="row">
        <span class="badge ${be(e)}">${t.firmware(e.status)}</span>
        <span>${t.firmware_why(e.why)}</span>
        ${e.percentage===null?c:n`<progress max="100" value=${e.percentage} aria-label=${t.t("rollout_progress")}></progress>`}
      </p>
      <dl>${i.map(([o,l])=>l?n`<dt>${t.t(o)}</dt><dd>${l}</dd>`:c)}</dl>
      ${e.ordered?n`<p class="note held">${t.t("was_ordered_before")} ${we(t,e.ordered)}</p>`:c}
      <div class="row actions">
        ${X(e)&&!e.ordered?n`<button class="main" @click=${()=>this.install(e)}>${t.t("install")}</button>
              <input
                aria-label=${t.t("why_later")}
                placeholder=${t.t("why_later")}
                maxlength="200"
                .value=${this.reason}
                @input=${o=>this.reason=o.target.value}
              />
              <button ?disabled=${!this.reason.trim()} @click=${()=>this.later("updates/snooze",e,{days:Os})}>${t.t("snooze_week")}</button>
              <button @click=${()=>this.later("updates/skip",e)}>${t.t("skip_version")}</button>`:c}
        ${e.release_url?n`<a href=${e.release_url} target="_blank" rel="noreferrer">${t.t("release_notes")}</a>`:c}
      </div>
      ${e.vulnerabilities.length?this.vulnerabilities(e):c}
      ${e.history.length>1?n`<details>
            <summary>${t.t("versions_before")}</summary>
            <ul>
              ${e.history.map(o=>n`<li>${o.version} <span class="muted">${t.t("since",{time:r(o.since)})}</span></li>`)}
            </ul>
          </details>`:c}`}vulnerabilities(e){let{words:t}=this;return n`<h3>${t.n("vulnerabilities",e.vulnerabilities.length)}</h3>
      <ul>
        ${e.vulnerabilities.map(r=>n`<li>
            <strong>${r.id}</strong> ${r.title}
            <br /><span class="muted"
              >${r.no_fix_planned?t.t("no_fix"):r.fixed?t.t("fixed_in",{version:r.fixed}):""} ${r.evidence.join(" ")} (${r.source})</span
            >
          </li>`)}
      </ul>`}async install(e){await ye(this,e)&&await this.again()}async later(e,{asset_id:t,asset:r},i={}){await this.attempt(async()=>{let o=this.reason.trim();await this.ask(e,{asset_id:t,...i,...o?{reason:o}:{}}),this.reason="",this.frame.tell(this.words.t("was_put_off",{name:r}))}),await this.again()}static{this.styles=[u,g`
      .actions {
        margin-top: 12px;
      }
      h3 {
        margin-top: 16px;
      }
      ul {
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-software",Ke);var Vt={"secure-hub-permissions":"may","secure-hub-flows":"flows","secure-hub-behaviour":"behaviour","secure-hub-software":"software","secure-hub-device-incidents":"tab_incidents","secure-hub-identity":"who","secure-hub-lines":"happened","secure-hub-life":"life"},Ge=class extends ${constructor(){super();this.shown="";this.reading=0;this.parts=new U;this.addEventListener("refresh",()=>{this.read()})}static{this.properties={...$.properties,details:{state:!0},missing:{state:!0}}}willUpdate(e){e.has("path")&&(this.details=this.missing=void 0,this.shown="");let t=JSON.stringify(this.store.rows.get(this.path)??null);t!==this.shown&&(this.shown=t,this.read())}async read(){let e=++this.reading;try{let t=await this.ask("asset",{asset_id:this.path});e===this.reading&&(this.details=t)}catch(t){e===this.reading&&(this.missing=this.words.failure(t))}}render(){let{details:e,words:t}=this;if(this.missing)return n`<p class="card" role="alert">${this.missing} ${this.link("devices",t.t("tab_devices"))}</p>`;if(!e)return n`<p role="status">${t.t("loading")}</p>`;let r={hass:this.hass,store:this.store,words:t,frame:this.frame,details:e};return n`<div class="stack">
      <p>${this.link("devices",`← ${t.t("tab_devices")}`)}</p>
      ${this.top(e)}
      <nav class="row" aria-label=${t.t("on_this_page")}>
        ${Object.entries(Vt).map(([i,o])=>n`<button class="chip" @click=${()=>this.jump(i)}>${t.t(o)}</button>`)}
      </nav>
      ${Object.keys(Vt).map(i=>this.parts.show(i,r))}
    </div>`}jump(e){let t=this.parts.get(e);t?.setAttribute("tabindex","-1"),t?.focus({preventScroll:!0}),t?.scrollIntoView()}top(e){let{words:t}=this,{quarantine:r}=e;return n`<section class="card">
      <div class="row between">
        <h2>${e.name}</h2>
        <div class="row">
          ${e.standing==="admitted"?c:n`<button class="main" @click=${()=>this.release([e])}>
                ${t.t(e.standing==="held"?"let_in":"release")}
              </button>`}
          ${e.standing==="quarantined"?c:n`<button
                class="danger"
                ?disabled=${e.protected!==null||e.coverage==="none"}
                @click=${()=>this.quarantine([e])}
              >
                ${t.t("quarantine")}
              </button>`}
        </div>
      </div>
      <p class="row">
        ${this.standing(e)}
        <span>${[t.t(`class_${e.class}`),e.manufacturer,e.model].filter(Boolean).join(", ")}</span>
      </p>
      ${r?n`<p class="note quarantined">
            ${t.t("quarantined_since",{time:t.time(r.since),reason:t.because(r.reason)})}
          </p>`:c}
      ${e.probation_until===null?c:n`<p class="note held">${t.t("probation_until",{time:t.time(e.probation_until)})}</p>`}
      ${e.guest_until===null?c:n`<p class="note held">${t.t("guest_until",{time:t.time(e.guest_until)})}</p>`}
      ${e.protected?n`<p class="note held">${t.t(`protected_${e.protected}`)}</p>`:c}
      <p class="note ${e.coverage==="full"?"allow":"held"}">
        <strong>${t.t("reach")}:</strong> ${t.coverage(e.coverage)}. ${t.why(e.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${t.t("column_profile")}
          <select @change=${i=>this.profile(e,i.target.value)}>
            ${[...q,...e.profile==="quarantined"?["quarantined"]:[]].map(i=>n`<option value=${i} ?selected=${i===e.profile}>${t.profile(i)}</option>`)}
          </select></label
        >
        ${e.device_id?n`<a href="/config/devices/device/${e.device_id}">${t.t("open_device")}</a>`:c}
      </p>
    </section>`}async profile(e,t){let r=i=>({asset_ids:[e.id],profile:i});await this.apply(()=>this.ask("set_profile",r(t)),this.words.n("was_profiled",1,{name:e.name,profile:this.words.profile(t)}),()=>this.ask("set_profile",r(e.profile)))}static{this.styles=[u,g`
      nav {
        gap: 4px 8px;
      }
    `]}};customElements.define("secure-hub-device",Ge);var V=56,Bt=g`
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
    grid-template-columns: 30px 190px 122px 92px repeat(7, 98px);
    gap: 4px;
    align-items: center;
    height: ${V}px;
    padding: 0 12px;
    min-width: 100%;
    width: max-content;
  }
  .list .line {
    grid-template-columns: 30px minmax(170px, 1.6fr) 130px repeat(5, minmax(110px, 1fr));
    width: auto;
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
  .line > [role="columnheader"] {
    display: flex;
    gap: 12px;
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
    .matrix .profile {
      display: none;
    }
    .legend {
      display: none;
    }
  }
`;var zt=6,Ms=1e3,js=50,Ft=[["name","class"],["standing"],["profile"]],_e={matrix:Ft,list:[...Ft,["network"],["coverage"],["firmware"],["anomaly"]]},Qe=class extends ${constructor(){super();this.rows=[];this.seen=-1;this.height=600;Object.assign(this,{mode:"matrix",search:"",kind:"",sort:"name",downwards:!1,everything:!1,top:0}),Object.assign(this,{marked:new Set,scope:"internet",decision:"deny"})}static{this.properties={mode:{state:!0},search:{state:!0},kind:{state:!0},sort:{state:!0},downwards:{state:!0},everything:{state:!0},marked:{state:!0},top:{state:!0},scope:{state:!0},decision:{state:!0}}}willUpdate(e){if(["search","kind","sort","downwards","everything"].some(r=>e.has(r))||this.seen!==this.store.version){this.seen=this.store.version,this.rows=this.listed();let r=[...this.marked].filter(i=>this.store.rows.has(i));r.length!==this.marked.size&&(this.marked=new Set(r))}}listed(){let e=this.search.trim().toLocaleLowerCase(),t=[...this.store.rows.values()].filter(o=>(this.everything||o.governed)&&(!this.kind||o.class===this.kind)&&(!e||[o.name,o.manufacturer,o.model,this.area(o),this.words.t(`class_${o.class}`)].some(l=>l?.toLocaleLowerCase().includes(e)))),r=o=>`${this.sortedBy(o)} ${o.name}`,i=this.downwards?-1:1;return t.sort((o,l)=>i*this.words.compare(r(o),r(l)))}sortedBy(e){switch(this.sort){case"network":return e.interfaces.join();case"anomaly":return String(100-e.anomaly);default:return e[this.sort]}}area(e){return e.area_id?this.hass.areas?.[e.area_id]?.name??"":""}firstUpdated(){let e=this.renderRoot.querySelector(".scroller");new ResizeObserver(()=>{this.height=e.clientHeight,this.requestUpdate()}).observe(e)}render(){let{words:e}=this,t=Math.max(0,Math.floor(this.top/V)-zt),r=Math.min(this.rows.length,Math.ceil((this.top+this.height)/V)+zt);return n`
      ${this.filters()} ${this.marked.size?this.bulk():c}
      <div
        class="scroller ${this.mode}"
        role="table"
        aria-label=${e.t("matrix")}
        aria-rowcount=${this.rows.length+1}
        aria-colcount=${_e[this.mode].length+this.scopes().length+1}
        @scroll=${i=>this.top=i.target.scrollTop}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length*V}px">
          ${this.rows.slice(t,r).map((i,o)=>this.row(i,t+o))}
        </div>
        ${this.rows.length?c:n`<p class="empty">${e.t(this.store.rows.size?"none_found":"no_devices")}</p>`}
      </div>
      ${this.mode==="matrix"?n`<p class="muted legend">${e.t("matrix_legend")}</p>`:c}
    `}filters(){let{words:e}=this,t=[...new Set([...this.store.rows.values()].filter(r=>this.everything||r.governed).map(r=>r.class))];return n`<div class="row" role="search">
      <select aria-label=${e.t("show_as")} @change=${r=>this.mode=r.target.value}>
        ${Object.keys(_e).map(r=>n`<option value=${r} ?selected=${r===this.mode}>${e.t(`show_as_${r}`)}</option>`)}
      </select>
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
        ${t.sort(e.compare.bind(e)).map(r=>n`<option value=${r} ?selected=${r===this.kind}>${e.t(`class_${r}`)}</option>`)}
      </select>
      <label class="row"
        ><input
          type="checkbox"
          .checked=${this.everything}
          @change=${r=>this.everything=r.target.checked}
        />${e.t("show_everything")}</label
      >
      <span class="muted" role="status">${e.n("devices",this.rows.length)}</span>
    </div>`}head(){let{words:e}=this,t=this.rows.length>0&&this.rows.every(r=>this.marked.has(r.id));return n`<div role="rowgroup" class="head">
      <div role="row" aria-rowindex="1" class="line">
        <span role="columnheader" class="mark"
          ><input
            type="checkbox"
            aria-label=${e.t("mark_all")}
            .checked=${t}
            @change=${()=>this.marked=new Set(t?[]:this.rows.slice(0,Ms).map(r=>r.id))}
        /></span>
        ${_e[this.mode].map(r=>n`<span
            role="columnheader"
            class=${r[0]}
            aria-sort=${r.includes(this.sort)?this.downwards?"descending":"ascending":"none"}
            >${r.map(i=>n`<button
                @click=${()=>{this.downwards=this.sort===i&&!this.downwards,this.sort=i}}
              >
                ${e.t(`column_${i}`)} ${i===this.sort?this.downwards?"▾":"▴":""}
              </button>`)}</span
          >`)}
        ${this.scopes().map(r=>n`<span role="columnheader" class="scope ${r}">${e.scope(r)}</span>`)}
      </div>
    </div>`}row(e,t){let{words:r}=this;return n`<div role="row" aria-rowindex=${t+2} class="line" style="top:${t*V}px" data-id=${e.id}>
      <span role="cell" class="mark"
        ><input
          type="checkbox"
          aria-label=${r.t("mark",{name:e.name})}
          .checked=${this.marked.has(e.id)}
          @change=${()=>this.mark(e.id)}
      /></span>
      ${_e[this.mode].map(([i])=>this.cell(i,e))}
      ${this.scopes().map(i=>n`<span role="cell" class="scope ${i}"
          >${ve(r,e,i,o=>this.decide([e],i,o))}</span
        >`)}
    </div>`}scopes(){return this.mode==="matrix"?G:[]}cell(e,t){let{words:r}=this;switch(e){case"name":{let i=[r.t(`class_${t.class}`),this.area(t)].filter(Boolean).join(", ");return n`<span role="rowheader" class="name">${this.link(`device/${t.id}`,t.name)}<small class="muted">${i}</small></span>`}case"standing":return n`<span role="cell">${this.standing(t)}</span>`;case"profile":return n`<span role="cell" class="profile">${r.profile(t.profile)}</span>`;case"network":return n`<span role="cell">${t.interfaces.join(", ")||"–"}</span>`;case"coverage":return n`<span role="cell" title=${r.why(t.coverage_reason)}>${r.t(`coverage_${t.coverage}`)}</span>`;case"firmware":return n`<span role="cell">${r.firmware(t.firmware)}</span>`;default:return n`<span role="cell">${t.anomaly?n`<span class="badge ${t.anomaly<js?"ask":"deny"}">${t.anomaly}</span>`:"–"}</span>`}}mark(e){let t=new Set(this.marked);t.delete(e)||t.add(e),this.marked=t}chosen(){return[...this.marked].map(e=>this.store.rows.get(e)).filter(e=>e!==void 0)}bulk(){let{words:e}=this,t=this.chosen();return n`<div class="card row bulk" role="group" aria-label=${e.t("bulk")}>
      <strong>${e.n("marked",t.length)}</strong>
      <select aria-label=${e.t("scope")} @change=${r=>this.scope=r.target.value}>
        ${G.map(r=>n`<option value=${r} ?selected=${r===this.scope}>${e.scope(r)}</option>`)}
      </select>
      <select
        aria-label=${e.t("decision")}
        @change=${r=>this.decision=r.target.value}
      >
        ${de.map(r=>n`<option value=${r} ?selected=${r===this.decision}>${e.option("decision",r)}</option>`)}
      </select>
      <button class="main" @click=${()=>this.preview(t)}>${e.t("preview")}</button>
      <select aria-label=${e.t("set_profile")} .value=${""} @change=${r=>this.profile(t,r.target)}>
        <option value="">${e.t("set_profile")}</option>
        ${q.map(r=>n`<option value=${r}>${e.profile(r)}</option>`)}
      </select>
      <button class="danger" @click=${()=>this.quarantine(t)}>${e.t("quarantine")}</button>
      <button @click=${()=>this.release(t)}>${e.t("release")}</button>
      <button @click=${()=>this.marked=new Set}>${e.t("mark_none")}</button>
    </div>`}async preview(e){let{words:t,scope:r,decision:i}=this,o=e.filter(p=>p.scopes[r]).map(p=>({value:p.id,scope:r,decision:i}));if(!o.length)return this.frame.tell(t.t("scope_for_none"));let l=await this.attempt(()=>this.ask("set_permissions",{changes:o,preview:!0}));if(!l)return;let d=p=>this.store.rows.get(p)?.name??p,h=l.assets.filter(p=>p.before!==p.after),m=l.assets.filter(p=>p.coverage==="none"),f=Object.entries(l.failed),b=await this.frame.confirm({title:t.n("preview_title",o.length,{scope:t.scope(r),decision:t.option("decision",i)}),confirm:t.t("apply"),body:n`
        <p>${t.n("preview_changes",h.length)}</p>
        <ul>
          ${h.slice(0,12).map(p=>n`<li>${d(p.asset_id)}: ${t.decision(p.before)} → <strong>${t.decision(p.after)}</strong></li>`)}
          ${h.length>12?n`<li>${t.n("and_more",h.length-12)}</li>`:c}
        </ul>
        ${m.length?n`<p class="note held">
              ${t.n("preview_open",m.length,{names:t.list(m.slice(0,8).map(p=>d(p.asset_id)))})}
              ${t.why(m[0].coverage_reason)}
            </p>`:c}
        ${f.map(([p,v])=>n`<p class="note deny">${d(o[Number(p)]?.value??"")}: ${t.failure(v)}</p>`)}
        ${e.length>o.length?n`<p class="muted">${t.n("preview_not_for",e.length-o.length)}</p>`:c}
      `}),w=new Set(o.filter((p,v)=>!(v in l.failed)).map(p=>p.value));b&&w.size&&await this.decide(e.filter(p=>w.has(p.id)),r,i)}async decide(e,t,r){let i=e.filter(d=>d.scopes[t]),o=i.map(d=>({value:d.id,scope:t,decision:r})),l=i.map(d=>({value:d.id,scope:t,decision:d.scopes[t].said}));await this.apply(()=>this.ask("set_permissions",{changes:o}),this.words.n("was_decided",o.length,{name:i[0]?.name,scope:this.words.scope(t),decision:this.words.option("decision",r)}),()=>this.ask("set_permissions",{changes:l})),this.requestUpdate()}async profile(e,t){let r=t.value;t.value="";let i=e.map(o=>({id:o.id,profile:o.profile}));await this.apply(()=>this.ask("set_profile",{asset_ids:e.map(o=>o.id),profile:r}),this.words.n("was_profiled",e.length,{name:e[0]?.name,profile:this.words.profile(r)}),async()=>{for(let o of new Set(i.map(l=>l.profile))){let l=i.filter(d=>d.profile===o).map(d=>d.id);await this.ask("set_profile",{asset_ids:l,profile:o})}})}static{this.styles=[u,Bt]}};customElements.define("secure-hub-devices",Qe);var Ds=["home","zigbee"],Ls={good:{sign:"✓",tone:"allow"},bad:{sign:"!",tone:"deny"},unknown:{sign:"?",tone:""}},Xe=class extends A{constructor(){super(...arguments);this.heading="posture"}basis(){let{overview:e}=this.store;return[e?.state,e?.newcomers,e?.counts,e?.updates,e?.incidents]}read(){return this.ask("posture")}show({score:e,checks:t}){let{words:r}=this;return n`${e===null?c:n`<p class="row">
            <progress max="100" value=${e} aria-label=${r.t("posture")}></progress>
            <strong>${r.number(e/100,{style:"percent"})}</strong>
          </p>`}
      ${Ds.map(i=>this.group(i,t.filter(o=>o.part===i)))}`}group(e,t){return t.length?n`<h3>${this.words.t(`posture_${e}`)}</h3>
      <ul>
        ${t.map(r=>this.check(r))}
      </ul>`:c}check({check:e,outcome:t,evidence:r}){let{words:i}=this,{sign:o,tone:l}=Ls[t];return n`<li>
      <span class="sign ${l}" aria-hidden="true">${o}</span>
      <span>${i.t(`check_${e}`)}${r&&t!=="good"?n`<br /><small class="muted">${i.value(r)}</small>`:c}</span>
      <span class="muted">${i.t(`outcome_${t}`)}</span>
    </li>`}static{this.styles=[u,g`
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
    `]}};customElements.define("secure-hub-posture",Xe);var Wt=20,Ye=class extends ${connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>this.store.overview?.trial_ends&&this.requestUpdate(),1e3)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}render(){let{overview:s}=this.store;if(!s)return c;let e=[...this.store.rows.values()].sort((o,l)=>this.words.compare(o.name,l.name)),t=e.filter(o=>o.standing==="held"),r=e.filter(o=>o.standing==="quarantined"),i=[this.trial(s),this.journal(s),...this.enforcers(s),this.waits("requests",s.requests.pending,"requests"),this.waits("incidents",s.incidents.open,"incidents"),this.waits("overdue",s.updates.overdue,"updates"),...this.some(t,o=>this.newcomer(o)),...this.some(r,o=>this.quarantined(o))].filter(o=>o!==c);return n`<div class="stack">
      <section class="card" aria-labelledby="sentence">
        <h2 id="sentence">${this.sentence(s)}</h2>
        <p class="row">
          <span class="badge ${s.state}">${this.words.t(`state_${s.state}`)}</span>
          ${s.lockdown?n`<span class="badge deny">${this.words.t("lockdown_on")}</span>`:c}
          <span class="muted">${this.words.t(`state_${s.state}_means`)}</span>
        </p>
      </section>
      <section class="stack" aria-labelledby="needs">
        <h2 id="needs">${this.words.t("needs_you")}</h2>
        ${i.length?n`<div class="cards">${i}</div>`:n`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      <div class="cards wider">
        <secure-hub-posture .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame}></secure-hub-posture>
        ${this.reach(e)}
      </div>
    </div>`}sentence(s){let{words:e}=this,t=["held","quarantined"].filter(i=>s.counts[i]).map(i=>e.n(`count_${i}`,s.counts[i])),r={requests:s.requests.pending,incidents:s.incidents.open,overdue:s.updates.overdue};for(let[i,o]of Object.entries(r))o&&t.push(e.n(`count_${i}`,o));return t.length?e.t("sentence_some",{parts:e.list(t)}):e.n("sentence_quiet",s.counts.governed)}some(s,e){let t=s.length-Wt;return[...s.slice(0,Wt).map(e),...t>0?[n`<p class="card">${this.link("devices",this.words.n("and_more",t))}</p>`]:[]]}waits(s,e,t){return e?n`<article class="card">
      <h3>${this.link(t,this.words.n(`count_${s}`,e))}</h3>
      <p>${this.words.t(`count_${s}_means`)}</p>
    </article>`:c}trial(s){if(s.trial_ends===null)return c;let e=Math.max(0,Math.round(s.trial_ends-Date.now()/1e3));return n`<article class="card">
      <h3>${this.words.t("trial")}</h3>
      <p>${this.words.n("trial_ends",e)}</p>
      <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${this.words.t("trial_keep")}</button>
    </article>`}journal(s){return s.journal.intact?c:n`<article class="card">
      <h3><span class="badge deny">${this.words.t("journal_broken")}</span></h3>
      <p>${this.words.t("journal_broken_means")}</p>
      ${this.link("journal",this.words.t("tab_journal"))}
    </article>`}enforcers(s){return s.mode==="monitor"?[n`<article class="card">
          <h3>${this.words.t("watching_only")}</h3>
          <p>${this.words.t("watching_only_means")}</p>
          ${this.link("settings",this.words.t("tab_settings"))}
        </article>`]:s.enforcers.filter(e=>e.health!=="in_sync").map(e=>n`<article class="card">
          <h3><span class="badge ${e.health}">${this.words.t(`state_${e.health}`)}</span></h3>
          <p>${e.reason?this.words.why(e.reason):this.words.t(`state_${e.health}_means`)}</p>
          ${e.detail?n`<p class="muted">${e.detail}</p>`:c}
          <a href="/config/repairs">${this.words.t("open_repairs")}</a>
        </article>`)}newcomer(s){return n`<article class="card">
      <h3>${this.link(`device/${s.id}`,s.name)}</h3>
      <p>${this.words.t("newcomer_means",{what:this.what(s)})}</p>
      <div class="row">
        <button class="main" @click=${()=>this.release([s])}>${this.words.t("let_in")}</button>
        <button class="danger" @click=${()=>this.quarantine([s])}>${this.words.t("quarantine")}</button>
      </div>
    </article>`}quarantined(s){return n`<article class="card">
      <h3>${this.link(`device/${s.id}`,s.name)}</h3>
      <p>${this.standing(s)}</p>
      <p>${this.words.t(s.contained?"quarantined_means":"quarantined_not_held")}</p>
      <div class="row">
        <button @click=${()=>this.release([s])}>${this.words.t("release")}</button>
        ${this.link(`device/${s.id}`,this.words.t("why"))}
      </div>
    </article>`}what(s){return[this.words.t(`class_${s.class}`),s.manufacturer,s.model].filter(Boolean).join(", ")}reach(s){let{words:e}=this,t=s.filter(i=>i.governed),r=["full","routed","hub_only","none"];return n`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${e.t("reach")}</h2>
      ${t.length?c:n`<p>${e.t("no_devices")}</p>`}
      <dl>
        ${r.map(i=>[i,t.filter(o=>o.coverage===i).length]).filter(([,i])=>i).map(([i,o])=>n`<dt>${e.n("devices",o)}</dt>
            <dd>${e.coverage(i)}</dd>`)}
      </dl>
    </section>`}static{this.styles=[u,g`
      h3::first-letter {
        text-transform: uppercase;
      }
    `]}};customElements.define("secure-hub-home",Ye);var Ze=class extends ${static{this.properties={...$.properties,said:{attribute:!1}}}render(){let{words:s}=this;return n`<h3>${s.t("normal_said")}</h3>
      <ul>
        ${this.said.map(e=>n`<li class="row between">
            <div>
              <strong>${s.option("finding_kind",e.finding)}</strong>
              ${e.asset_id===null?s.t("normal_all"):this.link(`device/${e.asset_id}`,e.asset??s.t("gone_device"))}
              <br /><span class="muted">${e.subject} ${e.until===null?s.t("normal_ever"):s.t("normal_until",{time:s.time(e.until)})}</span>
            </div>
            <button @click=${()=>this.takeBack(e)}>${s.t("take_back")}</button>
          </li>`)}
      </ul>`}async takeBack({finding:s,asset_id:e,subject:t}){await this.attempt(async()=>{await this.ask("incidents/take_back",{finding:s,asset_id:e,subject:t}),this.frame.tell(this.words.t("was_taken_back"))}),R(this)}static{this.styles=[u,g`
      ul {
        list-style: none;
        padding: 0;
        margin: 4px 0;
      }
      li {
        padding: 8px 0;
        overflow-wrap: anywhere;
      }
    `]}};customElements.define("secure-hub-normal",Ze);var et=class extends ${constructor(){super();this.seen="";Object.assign(this,{normal:[],closed:!1,older:null}),this.addEventListener("refresh",()=>{this.read()})}static{this.properties={incidents:{state:!0},normal:{state:!0},closed:{state:!0},older:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let t=JSON.stringify([this.store.overview?.incidents,this.closed]);t!==this.seen&&(this.seen=t,this.read())}async read(e){let t=await this.attempt(()=>this.ask("incidents/list",{closed:this.closed,...e?{after:e}:{}}));if(!t)return;let r=await this.attempt(()=>this.ask("incidents/normals"));this.normal=r?.normal??[],this.incidents=[...e?this.incidents??[]:[],...t.incidents],this.older=t.after}render(){let{words:e,incidents:t}=this;return t?n`<div class="stack">
      <div class="row between">
        <h2>${e.t("tab_incidents")}</h2>
        <label class="row"
          ><input type="checkbox" .checked=${this.closed} @change=${r=>this.closed=r.target.checked} />${e.t("incidents_closed")}</label
        >
      </div>
      ${t.length?t.map(r=>n`<secure-hub-incident class="card" .hass=${this.hass} .store=${this.store} .words=${e} .frame=${this.frame} .incident=${r}></secure-hub-incident>`):n`<p class="card">${e.t("incidents_none")}</p>`}
      ${this.older===null?c:n`<button @click=${()=>this.read(this.older??void 0)}>${e.t("older")}</button>`}
      ${this.normal.length?n`<secure-hub-normal class="card" .hass=${this.hass} .store=${this.store} .words=${e} .frame=${this.frame} .said=${this.normal}></secure-hub-normal>`:c}
    </div>`:n`<p role="status">${e.t("loading")}</p>`}static{this.styles=[u,g`
      secure-hub-incident,
      secure-hub-normal {
        display: block;
      }
    `]}};customElements.define("secure-hub-incidents",et);var Jt=50,qs=2e4,Hs=["any_day","today","yesterday","week"],tt=class extends ${constructor(){super();this.turn=0;Object.assign(this,{older:null,kind:"",day:"any_day",busy:!1,kinds:[]})}static{this.properties={records:{state:!0},older:{state:!0},kind:{state:!0},day:{state:!0},verified:{state:!0},busy:{state:!0},kinds:{state:!0}}}firstUpdated(){this.attempt(()=>this.ask("journal/kinds")).then(e=>this.kinds=Object.keys(e?.kinds??{}))}willUpdate(e){let t=this.store.overview?.journal.records;(e.has("path")||e.has("kind")||e.has("day"))&&(this.records=void 0),(this.records===void 0||t!==this.seen&&this.records.length<=Jt)&&(this.seen=t,this.more(!0))}asked(){let e=new Date().setHours(0,0,0,0)/1e3;return{...{any_day:{},today:{since:e},yesterday:{since:e-86400,until:e},week:{since:e-6*86400}}[this.day],...this.path?{asset_id:this.path}:{},...this.kind?{kinds:[this.kind]}:{}}}async more(e=!1){let t=++this.turn,r=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:Jt,...e||this.older===null?{}:{before:this.older}}));t===this.turn&&(this.records=[...e?[]:this.records??[],...r?.records??[]],this.older=r?.before??null)}async verify(){this.busy=!0,this.verified=await this.attempt(()=>this.ask("journal/verify")),this.busy=!1}async export(){this.busy=!0;let e=[],t=null;do{let r=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:500,...t===null?{}:{before:t}}));if(!r)break;e.push(...r.records.map(i=>JSON.stringify(i))),t=r.before}while(t!==null&&e.length<qs);this.busy=!1,ge(`secure-hub-journal-${new Date().toISOString().slice(0,10)}.jsonl`,"application/jsonl",e.join(`
`)+`
`),this.frame.tell(this.words.n("exported",e.length))}render(){let{words:e,records:t}=this,r=o=>l=>Object.assign(this,{[o]:l.target.value}),i=this.path?this.store.rows.get(this.path):void 0;return n`<div class="stack">
      <div class="row">
        <select aria-label=${e.t("kind_of_entry")} @change=${r("kind")}>
          <option value="">${e.t("every_entry")}</option>
          ${this.kinds.map(o=>n`<option value=${o}>${e.t(`entries_${o}`)}</option>`)}
        </select>
        <select aria-label=${e.t("day")} @change=${r("day")}>
          ${Hs.map(o=>n`<option value=${o}>${e.t(o)}</option>`)}
        </select>
        ${this.path?n`<span class="badge">${i?.name??e.t("gone_device")}</span> ${this.link("journal",e.t("every_device"))}`:c}
        <span class="grow"></span>
        <button ?disabled=${this.busy} @click=${()=>this.verify()}>${e.t("verify")}</button>
        <button ?disabled=${this.busy} @click=${()=>this.export()}>${e.t("export")}</button>
      </div>
      <div role="status">
        ${this.verified?n`<p class="note ${this.verified.ok?"allow":"deny"}">
              ${this.verified.ok?e.n("verified",this.verified.records):e.t("verified_not",{line:this.verified.first_break?.line})}
            </p>`:c}
      </div>
      <section class="card" aria-labelledby="entries">
        <h2 id="entries">${e.t("tab_journal")}</h2>
        ${t===void 0?n`<p role="status">${e.t("loading")}</p>`:t.length?fe(e,t):n`<p>${e.t(this.older===null?"journal_empty":"journal_search_on")}</p>`}
        ${this.older===null?c:n`<button @click=${()=>this.more()}>${e.t("older")}</button>`}
      </section>
    </div>`}static{this.styles=[u,N]}};customElements.define("secure-hub-journal",tt);var Us=1e3,ke=16,Y=30,xe=34,Kt=14,Is={through:4,stopped:8},Ns=[{most:16,across:1,width:330,height:38,box:360,places:660,letters:36,place:42},{most:64,across:4,width:158,height:46,box:660,places:780,letters:17,place:28},{most:1/0,across:18,width:35,height:44,box:660,places:780,letters:2,place:28}],Qt=(a,s)=>a.length>s?`${a.slice(0,s-1)}…`:a;function Gt(a,s,e){return s.peer_asset_id&&e.has(s.peer_asset_id)?s.peer_asset_id:s.local?a.t("map_home"):me(s)}function Vs(a,s,e){let t=new Map;for(let d of s){let h=Gt(a,d,e);e.has(h)||t.set(h,(t.get(h)??0)+d.sent+d.received+(d.held?1e15:0))}let r=[...t].sort(([,d],[,h])=>h-d).map(([d])=>d),i=r.length>Kt?r.slice(0,Kt-1):r,o=a.t("map_elsewhere",{count:r.length-i.length}),l=new Map;for(let d of s){if(!e.has(d.asset_id))continue;let h=Gt(a,d,e),m=e.has(h)||i.includes(h)?h:o,f=`${d.asset_id} ${m}`,b=l.get(f)??{from:d.asset_id,to:m,allowed:0,held:0};l.set(f,{...b,allowed:b.allowed+d.allowed,held:b.held+d.held})}return{lines:[...l.values()],places:i.length<r.length?[...i,o]:i}}function Xt(a){let{words:s,segments:e,flows:t}=a,r=e.reduce((p,v)=>p+v.rows.length,0),i=Ns.find(p=>r<=p.most),o=new Map,l=16,d=e.map(p=>{let v={segment:p,top:l,height:48+Math.ceil(p.rows.length/i.across)*i.height};return p.rows.forEach((y,Z)=>{let ns=ke+16+Z%i.across*i.width;o.set(y.id,{x:ns,y:l+56+Math.floor(Z/i.across)*i.height})}),l+=v.height+14,v}),{lines:h,places:m}=Vs(s,t,new Set(o.keys())),f=Math.max(l,32+m.length*xe),b=(f-m.length*xe)/2+xe/2,w=new Map(m.map((p,v)=>[p,{x:i.places,y:b+v*xe}]));return _`<svg viewBox="0 0 ${Us} ${f}" role="img" aria-label=${s.t("map_label",{count:e.length,flows:h.length})}>
    ${d.map(p=>_`<rect class="box" x=${ke} y=${p.top} width=${i.box} height=${p.height} rx="12" />
        <text class="title" x=${ke+16} y=${p.top+26}>${p.segment.title} (${p.segment.rows.length})</text>`)}
    ${h.map(p=>Bs(p,i,o,w,a.chosen))}
    ${d.flatMap(p=>p.segment.rows.map(v=>zs(a,v,o.get(v.id),i)))}
    ${[...w].map(([p,{x:v,y}])=>_`<g><title>${p}</title>
        <circle class="place" cx=${v} cy=${y} r="5" /><text x=${v+14} y=${y+5}>${Qt(p,i.place)}</text></g>`)}
  </svg>`}function Bs(a,s,e,t,r){let i=a.allowed?"through":"stopped",o=r!==void 0&&r!==a.from&&r!==a.to,l=e.get(a.from),d=s.width-14,h=ke+s.box,m=t.get(a.to),f=e.get(a.to),b="",w=l;if(m){let p=s.across===1?l.y:l.y+Y/2+Is[i],v=s.across===1?`M${l.x+d} ${p}`:`M${l.x+d/2} ${l.y+Y/2}V${p}`,y=(m.x-h)/2;b=`${v}H${h}C${h+y} ${p} ${m.x-y} ${m.y} ${m.x} ${m.y}`,w={x:m.x-16,y:m.y}}else if(f){let p=h+46;b=`M${l.x+d} ${l.y}C${p} ${l.y} ${p} ${f.y} ${f.x+d} ${f.y}`,w={x:(l.x+f.x+2*d+6*p)/8,y:(l.y+f.y)/2}}return _`<g class="flow ${i} ${o?"faded":""}">
    <path d=${b} />
    ${a.held?_`<path class="cross" d="M${w.x-5} ${w.y-5}l10 10m0-10l-10 10" />`:c}
  </g>`}function zs(a,s,{x:e,y:t},r){let{words:i}=a,o=a.mayReach(s),l=r.width-14,d=r.letters>2;return _`<g
    class="device ${s.standing} ${o?"open":""}"
    @click=${()=>a.go(s.id)}
    @mouseenter=${()=>a.choose(s.id)}
    @mouseleave=${()=>a.choose(void 0)}
  >
    <title>${s.name}: ${i.t(`standing_${s.standing}`)}${s.scopes.internet?`, ${i.t(o?"reaches_internet":"reaches_not")}`:""}</title>
    <rect x=${e} y=${t-Y/2} width=${l} height=${Y} rx=${d?Y/2:8} />
    ${d?_`<circle cx=${e+15} cy=${t} r="5" /><text x=${e+27} y=${t+5}>${Qt(s.name,r.letters)}</text>`:_`<text class="letters" x=${e+l/2} y=${t+5}>${s.name.slice(0,2)}</text>`}
  </g>`}var Yt=g`
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
`;var Zt=300,Fs=500,Ws=3e4,st=class extends ${static{this.properties={flows:{state:!0},chosen:{state:!0}}}connectedCallback(){super.connectedCallback(),this.read(),this.timer=setInterval(()=>{this.read()},Ws)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}async read(){await this.updateComplete;let s=await this.attempt(()=>this.ask("flows",{limit:Fs}));this.flows=s?.flows??this.flows??[]}segments(){let s=new Map;for(let e of this.store.rows.values()){if(e.class==="service")continue;let t=e.coverage_reason.startsWith("zigbee")||!e.interfaces.length&&e.scopes.lan===void 0,r=e.interfaces.length?e.interfaces:[t?"":"?"];for(let i of r)s.set(i,[...s.get(i)??[],e])}return[...s].sort(([e],[t])=>this.words.compare(e,t)).map(([e,t])=>({title:this.heading(e),rows:t.sort((r,i)=>this.words.compare(r.name,i.name))}))}heading(s){if(s==="")return this.words.t("segment_radio");if(s==="?")return this.words.t("segment_unseen");let e=this.store.overview?.segments.some(t=>t.interface===s);return this.words.t(e?"segment_guarded":"segment_open",{name:s})}mayReach(s){let e=s.scopes.internet;return e!==void 0&&(e.enforced==="not_enforceable"||e.enforced==="monitored"||e.decision==="allow")}render(){let{words:s,flows:e}=this,t=this.segments(),r=t.reduce((i,o)=>i+o.rows.length,0);return r?n`<div class="stack">
      ${r>Zt?n`<p class="card">${s.t("map_too_large",{count:r})}</p>`:n`<section class="card" aria-labelledby="map">
            <h2 id="map">${s.t("map")}</h2>
            <div class="wide" tabindex="0" role="group" aria-labelledby="map">${this.drawing(t)}</div>
            <p class="row muted legend">
              ${["through","stopped","ring"].map(i=>n`<span><i class=${i}></i>${s.t(`map_${i}`)}</span>`)}
            </p>
          </section>`}
      <section class="card" aria-labelledby="flows">
        <h2 id="flows">${s.t("map_flows")}</h2>
        ${e?n`<secure-hub-flow-table home .hass=${this.hass} .store=${this.store} .words=${s} .frame=${this.frame} .flows=${e}></secure-hub-flow-table>`:n`<p role="status">${s.t("loading_part")}</p>`}
      </section>
      <div class="cards">${t.map(i=>this.listed(i))}</div>
    </div>`:n`<p class="card">${s.t("no_devices")}</p>`}drawing(s){let{words:e,flows:t=[],chosen:r}=this;return Xt({words:e,segments:s,flows:t,chosen:r,mayReach:i=>this.mayReach(i),choose:i=>this.chosen=i,go:i=>this.frame.go(`device/${i}`)})}listed(s){return n`<section class="card">
      <h2>${s.title}</h2>
      <ul>
        ${s.rows.slice(0,Zt).map(e=>n`<li>
            ${this.link(`device/${e.id}`,e.name)}
            ${e.scopes.internet?n`<span class="muted">${this.words.t(this.mayReach(e)?"reaches_internet":"reaches_not")}</span>`:c}
            ${e.standing==="admitted"?c:this.standing(e)}
          </li>`)}
      </ul>
    </section>`}static{this.styles=[u,Yt,g`
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
    `]}};customElements.define("secure-hub-network",st);var Js=20,Ks=100,rt=class extends ${constructor(){super();this.seen="";this.onKey=e=>this.key(e);Object.assign(this,{answered:[],current:0,marked:new Set})}static{this.properties={waiting:{state:!0},answered:{state:!0},current:{state:!0},marked:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen="",window.addEventListener("keydown",this.onKey)}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener("keydown",this.onKey)}willUpdate(e){let t=JSON.stringify(this.store.overview?.requests);t!==this.seen&&(this.seen=t,this.read())}async read(){let e=await this.attempt(()=>this.ask("requests/list",{answered:Js}));e&&(this.waiting=e.requests.sort((t,r)=>Number(r.urgent)-Number(t.urgent)||t.first-r.first),this.answered=e.answered,this.current=Math.max(0,Math.min(this.current,this.waiting.length-1)),this.marked=new Set([...this.marked].filter(t=>e.requests.some(r=>r.id===t))))}key(e){let t=e.composedPath()[0];if(e.ctrlKey||e.metaKey||e.altKey||/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName))return;let r=this.waiting?.[this.current],i={j:1,k:-1};if(e.key in i)this.current=Math.max(0,Math.min((this.waiting?.length??1)-1,this.current+i[e.key])),this.updateComplete.then(()=>this.renderRoot.querySelector("article[aria-current]")?.focus());else if(e.key==="x"&&r)this.mark(r);else if(e.key==="a"&&r)this.answerAll(this.concerned(r),"always");else if(e.key==="d"&&r)this.answerAll(this.concerned(r),"deny");else return;e.preventDefault(),e.stopPropagation()}concerned(e){let t=(this.waiting??[]).filter(r=>this.marked.has(r.id));return t.length?t:[e]}mark(e){let t=new Set(this.marked);t.delete(e.id)||t.add(e.id),this.marked=t}async answerAll(e,t){let{words:r}=this;if(t==="quarantine"){let o=r.list(e.map(d=>d.asset??r.t("gone_device")));if(!await this.frame.confirm({title:r.n("quarantine_sure",e.length,{name:o}),body:r.t("quarantine_means"),confirm:r.t("quarantine"),danger:!0}))return}let i=await this.attempt(()=>this.ask("requests/answer_many",{request_ids:e.map(o=>o.id).slice(0,Ks),answer:t}));if(i){let{done:o,failed:l}=i,d=e[0]?.asset,h=[...new Set(Object.values(l).map(f=>r.failure(f)))],m=o.length?[r.n("was_answered",o.length,{name:d,answer:r.t(`answer_${t}`)})]:[];h.length&&m.push(r.n("not_done",Object.keys(l).length,{reason:h.slice(0,3).join(" ")})),this.frame.tell(m.join(" "))}await this.read()}render(){let{words:e,waiting:t}=this;if(!t)return n`<p role="status">${e.t("loading")}</p>`;let r=t.filter(i=>this.marked.has(i.id));return n`<div class="stack">
      <div class="row between">
        <h2>${e.t("requests_wait")}</h2>
        ${r.length?n`<div class="row">
              <span>${e.n("marked",r.length)}</span>
              <button class="main" @click=${()=>this.answerAll(r,"always")}>${e.t("answer_always")}</button>
              <button @click=${()=>this.answerAll(r,"deny")}>${e.t("answer_deny")}</button>
            </div>`:c}
      </div>
      ${t.length?n`<p class="muted keys">${e.t("requests_keys")}</p>
            <div class="cards">${t.map((i,o)=>this.card(i,o))}</div>`:n`<p class="card">${e.t("requests_none")}</p>`}
      ${this.answered.length?n`<section class="card" aria-labelledby="answered">
            <h2 id="answered">${e.t("requests_answered")}</h2>
            <ul>
              ${this.answered.map(i=>n`<li>
                  ${i.settled===null?c:n`<span class="muted">${e.time(i.settled)}</span>`}
                  ${this.title_of(i)} ${i.answer?n`<strong>${e.t(`answer_${i.answer}`)}</strong>`:c}
                </li>`)}
            </ul>
          </section>`:c}
    </div>`}title_of(e){return this.words.t(`request_${e.kind}`,{name:e.asset??this.words.t("gone_device")})}card(e,t){let{words:r}=this;return n`<article
      class="card"
      tabindex="-1"
      aria-current=${t===this.current?"true":c}
      @focusin=${()=>this.current=t}
    >
      <div class="row between">
        <h3>${this.title_of(e)}</h3>
        <input type="checkbox" aria-label=${r.t("mark",{name:e.asset})} .checked=${this.marked.has(e.id)} @change=${()=>this.mark(e)} />
      </div>
      ${e.urgent?n`<p><span class="badge deny">${r.t("request_urgent")}</span></p>`:c}
      ${e.wants.length?n`<ul>
            ${e.wants.map(i=>n`<li>
                ${r.scope(i.scope)}: <strong>${i.description}</strong>
                ${i.used_by.length?n`<span class="muted">${r.t("request_also",{names:r.list(i.used_by.slice(0,5))})}</span>`:c}
              </li>`)}
            ${e.more?n`<li>${r.n("and_more",e.more)}</li>`:c}
          </ul>`:c}
      ${e.detail?n`<p class="muted">${e.detail}</p>`:c}
      <p class="muted">
        ${r.n("request_asked",e.count,{time:r.time(e.last)})} ${r.t("request_until",{time:r.time(e.expires)})}
      </p>
      ${e.agreed.length?n`<p class="note held">${r.t("request_second")}</p>`:c}
      <div class="row">
        ${e.answers.map(i=>n`<button
            class=${i==="always"?"main":i==="quarantine"?"danger":""}
            @click=${()=>this.answerAll([e],i)}
          >
            ${r.t(`answer_${i}`)}
          </button>`)}
      </div>
      <p>${this.link(`device/${e.asset_id}`,r.t("more_about_it"))}</p>
    </article>`}static{this.styles=[u,g`
      article[aria-current] {
        border-color: var(--primary-color);
        box-shadow: inset 4px 0 0 var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
      }
      @media (hover: none), (max-width: 700px) {
        .keys {
          display: none;
        }
      }
    `]}};customElements.define("secure-hub-requests",rt);var it=200,nt=class extends A{constructor(){super(...arguments);this.heading="rules"}basis(){return null}read(){return this.ask("rules")}show({rules:e,reviewed:t}){let{words:r}=this,i=e.filter(l=>l.kind!=="asset"||l.problems.length),o=new Map(e.map(l=>[l.id,this.name(l)]));return n`<p>${r.t("rules_means")}</p>
      ${t?c:n`<p class="note held">${r.t("rules_not_reviewed")}</p>`}
      ${i.length?n`<div class="wide" tabindex="0" role="group" aria-labelledby="heading">
            <table>
              <thead>
                <tr>
                  ${["rule_for","scope","destination","decision"].map(l=>n`<th scope="col">${r.t(l)}</th>`)}
                  <th scope="col"><span class="hidden">${r.t("rule_take_back")}</span></th>
                </tr>
              </thead>
              <tbody>
                ${i.slice(0,it).map(l=>this.rule(l,o))}
              </tbody>
            </table>
          </div>`:n`<p class="muted">${r.t("rules_none")}</p>`}
      ${i.length>it?n`<p class="muted">${r.n("and_more",i.length-it)}</p>`:c}`}rule(e,t){let{words:r}=this;return n`<tr>
      <td>
        ${this.whom(e)}
        ${e.problems.map(({problem:i,others:o})=>{let l=i==="shadowed"&&!o.length?"protected":i,d=r.list(o.slice(0,3).map(h=>t.get(h)??h));return n`<p class="note held">${r.t(`rule_problem_${l}`,{others:d})}</p>`})}
      </td>
      <td>${r.scope(e.scope)}</td>
      <td><code>${e.destination==="any"?r.t("anywhere"):e.destination}</code></td>
      <td><span class="badge ${e.decision}">${r.decision(e.decision)}</span></td>
      <td><button aria-label=${`${r.t("rule_take_back")}: ${this.name(e)}`} @click=${()=>this.takeBack(e)}>${r.t("rule_take_back")}</button></td>
    </tr>`}whom(e){let t=this.words.t(`rule_kind_${e.kind}`);return e.kind==="everyone"?t:e.kind==="asset"?n`${t} ${this.link(`device/${e.value}`,e.name)}`:`${t} ${this.called(e)}`}called(e){return e.kind==="class"?this.words.t(`class_${e.value}`):`${e.name} ${e.model}`.trim()}name(e){let{words:t}=this,r=e.kind==="everyone"?t.t("rule_kind_everyone"):this.called(e),i=e.destination==="any"?"":` → ${e.destination}`;return`${r}, ${t.scope(e.scope)}${i}: ${t.decision(e.decision)}`}async takeBack(e){let{kind:t,value:r,model:i,scope:o,destination:l}=e,d=h=>({changes:[{kind:t,value:r,model:i,scope:o,destination:l,decision:h}]});await this.apply(()=>this.ask("set_permissions",d("default")),this.words.t("rule_taken_back",{rule:this.name(e)}),async()=>{await this.ask("set_permissions",d(e.decision)),await this.again()}),await this.again()}static{this.styles=[u,g`
      td {
        vertical-align: top;
      }
      .hidden {
        position: absolute;
        clip-path: inset(50%);
      }
    `]}};customElements.define("secure-hub-rules",nt);var at=class extends ${render(){let{words:s}=this,{overview:e}=this.store;return e?n`<div class="stack">
      ${e.trial_ends===null?c:n`<section class="card row between" role="alert">
            <p>${s.t("trial_means")}</p>
            <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${s.t("trial_keep")}</button>
          </section>`}
      <div class="cards">
        ${this.choice("mode",e.mode,["monitor","enforce"],t=>s.option("mode",t))}
        ${this.choice("newcomers",e.newcomers,["hold","allow"],t=>s.option("newcomers",t))}
        ${this.choice("profile",e.home_profile,q.filter(t=>t!=="default"),t=>s.profile(t))}
        <section class="card">
          <h2>${s.t("lockdown")}</h2>
          <p>${s.t("lockdown_means")}</p>
          <button class=${e.lockdown?"main":"danger"} @click=${()=>this.lockdown(e)}>
            ${s.t(e.lockdown?"lockdown_end":"lockdown_begin")}
          </button>
        </section>
      </div>
      <section class="card">
        <h2>${s.t("more_settings")}</h2>
        <p>${s.t("more_settings_means")}</p>
        <a href="/config/integrations/integration/secure_hub">${s.t("open_settings")}</a>
      </section>
      <secure-hub-rules .hass=${this.hass} .store=${this.store} .words=${this.words} .frame=${this.frame}></secure-hub-rules>
      <section class="card">
        <h2>${s.t("enforcers")}</h2>
        <table>
          <thead>
            <tr><th scope="col">${s.t("enforcer")}</th><th scope="col">${s.t("condition")}</th></tr>
          </thead>
          <tbody>
            ${e.enforcers.map(t=>n`<tr>
                <td>${s.enforcer(t.name)}</td>
                <td>
                  <span class="badge ${t.health}">${s.t(`state_${t.health}`)}</span>
                  ${t.reason?s.why(t.reason):""} ${t.detail??""}
                </td>
              </tr>`)}
          </tbody>
        </table>
      </section>
    </div>`:c}choice(s,e,t,r){let{words:i}=this;return n`<fieldset class="card">
      <legend><h2>${i.t(`setting_${s}`)}</h2></legend>
      <p>${i.t(`setting_${s}_means`)}</p>
      ${t.map(o=>n`<label class="row">
          <input
            type="radio"
            name=${s}
            value=${o}
            .checked=${o===e}
            @change=${()=>this.set(s,o,e)}
          />${r(o)}
        </label>`)}
    </fieldset>`}async set(s,e,t){let{words:r}=this,i=await this.attempt(()=>this.ask("set_home",{[s]:e}));i&&this.frame.tell(r.t(i.trial_ends===null?"setting_done":"trial_means"),()=>this.ask("set_home",{[s]:t})),this.requestUpdate()}async lockdown(s){let{words:e}=this;(s.lockdown||await this.frame.confirm({title:e.t("lockdown_sure"),body:e.t("lockdown_means"),confirm:e.t("lockdown_begin"),danger:!0}))&&await this.set("lockdown",!s.lockdown,s.lockdown)}static{this.styles=[u,g`
      fieldset {
        margin: 0;
        min-width: 0;
      }
      legend {
        float: inline-start; /* in the frame, as the headings of the other cards, not on its line */
        width: 100%;
        padding: 0;
      }
      legend + * {
        clear: both;
      }
      h2 {
        font-size: 16px;
      }
      input {
        min-height: 0;
      }
      label {
        padding: 6px 0;
      }
    `]}};customElements.define("secure-hub-settings",at);var es=["overdue","updating","update_available","end_of_support","unsupported","unknown","up_to_date"],ot=class extends ${constructor(){super();this.seen="";this.rollouts=[]}static{this.properties={updates:{state:!0},rollouts:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let t=JSON.stringify([this.store.overview?.updates,this.store.overview?.counts.governed]);t!==this.seen&&(this.seen=t,this.read())}async read(){let e=[],t=null;do{let r=await this.attempt(()=>this.ask("updates/list",t===null?{}:{after:t}));if(!r)break;e.push(...r.devices),t===null&&(this.rollouts=r.rollouts),t=r.after}while(t!==null);this.updates=e.sort((r,i)=>es.indexOf(r.status)-es.indexOf(i.status)||this.words.compare(r.asset,i.asset))}render(){let{words:e,updates:t}=this;if(!t)return n`<p role="status">${e.t("loading")}</p>`;let r=t.filter(X);return n`<div class="stack">
      <div class="row between">
        <h2>${r.length?e.n("updates_wait",r.length):e.t("updates_none")}</h2>
        ${r.length?n`<button class="main" @click=${()=>this.install()}>${e.t("install_all")}</button>`:c}
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
            ${t.map(i=>this.line(i))}
          </tbody>
        </table>
        ${t.length?c:n`<p>${e.t("no_devices")}</p>`}
      </div>
    </div>`}line(e){let{words:t}=this;return n`<tr>
      <td>${this.link(`device/${e.asset_id}`,e.asset)}</td>
      <td>
        <span class="badge ${be(e)}"
          >${t.firmware(e.status)}</span
        >
        <span class="muted">${t.firmware_why(e.why)}${e.snoozed_until?` (${t.time(e.snoozed_until)})`:""}</span>
      </td>
      <td>${e.version??"–"}${e.latest&&e.latest!==e.version?n` → <strong>${e.latest}</strong>`:c}</td>
      <td>${e.deadline===null?"–":t.time(e.deadline,{dateStyle:"medium"})}</td>
      <td>
        ${X(e)?n`<button aria-label=${t.t("install_on",{name:e.asset})} @click=${()=>this.install(e)}>${t.t("install")}</button>`:c}
      </td>
    </tr>`}rollout(e){let{words:t}=this;return n`<section class="card">
      <h3>${t.t(e.ended===null?"rollout_runs":"rollout_ended",{time:t.time(e.ended??e.created)})}</h3>
      <p class="row">
        <progress max=${e.number} value=${e.done} aria-label=${t.t("rollout_progress")}></progress>
        <span>${t.t("rollout_done",{done:e.done,number:e.number})}</span>
      </p>
      <details ?open=${e.ended===null}>
        <summary>${t.n("devices",e.devices.length)}</summary>
        <ul>
          ${e.devices.map(r=>n`<li>
              ${r.asset??t.t("gone_device")} ${we(t,r)}
            </li>`)}
        </ul>
      </details>
    </section>`}async install(e){await ye(this,e)&&await this.read()}static{this.styles=[u,g`
      progress {
        flex: 1 1 160px;
        accent-color: var(--primary-color);
      }
    `]}};customElements.define("secure-hub-updates",ot);var Re=[{name:"",element:"secure-hub-home"},{name:"devices",element:"secure-hub-devices"},{name:"device",element:"secure-hub-device",tab:"devices"},{name:"requests",element:"secure-hub-requests",count:a=>a.requests.pending},{name:"incidents",element:"secure-hub-incidents",count:a=>a.incidents.open},{name:"updates",element:"secure-hub-updates",count:a=>a.updates.overdue},{name:"network",element:"secure-hub-network"},{name:"journal",element:"secure-hub-journal"},{name:"settings",element:"secure-hub-settings"}],ts=Re.filter(a=>!a.tab);var Gs=["common","exceptions","selector","entity"],is="entity.select.internet.state_attributes",Qs=["common.standing_","common.answer_","selector.scope.options.","selector.profile.options.","selector.finding_kind.options.","selector.playbook.options.",`${is}.decision.state.`],ss=1e3,rs=["byte","kilobyte","megabyte","gigabyte","terabyte"],Se=class a{constructor(s){this.language=s;this.texts={}}static async load(s){let e=new a(s.locale?.language??s.language),t=await Promise.all(Gs.map(r=>s.callWS({type:"frontend/get_translations",language:e.language,category:r,integration:"secure_hub"})));for(let{resources:r}of t)Object.assign(e.texts,r);return e}find(s,e={}){return this.texts[`component.secure_hub.${s}`]?.replace(/\{(\w+)\}/g,(t,r)=>String(e[r]??""))}t(s,e){return this.find(`common.${s}`,e)??s.replaceAll("_"," ")}n(s,e,t={}){return this.t(`${s}_${e===1?"one":"other"}`,{...t,count:e})}scope(s){return this.find(`selector.scope.options.${s}`)??s}profile(s){return this.find(`selector.profile.options.${s}`)??s}option(s,e){return this.find(`selector.${s}.options.${e}`)??e}attribute(s,e){return this.find(`${is}.${s}.state.${e}`)??e.replaceAll("_"," ")}decision(s){return this.attribute("decision",s)}reason(s){return this.attribute("reason",s)}enforced(s){return this.attribute("enforced",s)}coverage(s){return this.attribute("coverage",s)}why(s){return this.attribute("coverage_reason",s)}firmware(s){return this.find(`entity.sensor.firmware_status.state.${s}`)??s.replaceAll("_"," ")}firmware_why(s){return this.find(`entity.sensor.firmware_status.state_attributes.why.state.${s}`)??s.replaceAll("_"," ")}enforcer(s){let e=`enforcer_${s}`;return this.find(`common.${e}`)??s}value(s){for(let e of Qs){let t=this.find(e+s);if(t)return t}return/^[a-z_]+$/.test(s)?s.replaceAll("_"," "):s}because(s){let e=`because_${s}`;return this.find(`common.${e}`)??s}failure(s){let e=s,t=e?.translation_key;return(t?this.find(`exceptions.${t}.message`,e?.translation_placeholders??{}):void 0)??e?.message??String(s)}time(s,e={dateStyle:"medium",timeStyle:"short"}){return new Intl.DateTimeFormat(this.language,e).format(s*1e3)}when(s){let e=new Date(s*1e3).toDateString()===new Date().toDateString();return this.time(s,e?{timeStyle:"short"}:{dateStyle:"medium",timeStyle:"short"})}number(s,e={}){return new Intl.NumberFormat(this.language,e).format(s)}bytes(s){let e=s<1?0:Math.min(rs.length-1,Math.floor(Math.log(s)/Math.log(ss)));return this.number(s/ss**e,{style:"unit",unit:rs[e],unitDisplay:e?"short":"long",maximumSignificantDigits:3})}list(s){return new Intl.ListFormat(this.language).format(s)}compare(s,e){return s.localeCompare(e,this.language,{numeric:!0,sensitivity:"base"})}scopes(s){return this.list(s.map(e=>this.scope(e)))}};var Xs=12e3,lt=class extends S{constructor(){super();this.store=new ce(()=>this.hass);this.parts=new U;this.tick=0,this.store.addEventListener("changed",()=>this.tick++)}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},words:{state:!0},question:{state:!0},news:{state:!0},tick:{state:!0}}}connectedCallback(){super.connectedCallback(),this.store.start(),this.read()}disconnectedCallback(){super.disconnectedCallback(),this.store.stop()}async read(){for(;!this.hass;)await new Promise(e=>setTimeout(e,20));this.words=await Se.load(this.hass)}go(e){history.pushState(null,"",`/secure-hub/${e}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}confirm(e){return new Promise(t=>{this.question={...e,answer:t}})}tell(e,t){clearTimeout(this.timer),this.news=t?{text:e,undo:t}:{text:e},this.timer=setTimeout(()=>this.news=void 0,Xs)}async undo(){let e=this.news?.undo,{words:t}=this;if(!(!e||!t))try{await e(),this.tell(t.t("undone"))}catch(r){this.tell(t.failure(r))}}answer(e){this.question?.answer(e),this.question=void 0}willUpdate(e){let t=e.get("route");!t||t.path===this.route?.path||this.updateComplete.then(()=>{let r=this.renderRoot.querySelector("main");r?.focus(),r?.scrollTo(0,0),this.renderRoot.querySelector("nav [aria-current]")?.scrollIntoView({block:"nearest",inline:"center"})})}updated(){let e=this.renderRoot.querySelector("dialog");this.question&&e&&!e.open&&e.showModal()}render(){let{words:e}=this;if(!e)return c;let[t="",...r]=(this.route?.path??location.pathname.replace("/secure-hub","")).replace(/^\//,"").split("/"),i=Re.find(o=>o.name===t)??Re[0];return n`
      <header>
        <button class="menu" aria-label=${e.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${e.t("views")}>
          ${ts.map(o=>{let l=this.store.overview&&o.count?.(this.store.overview)||0;return n`<a
                href="/secure-hub/${o.name}"
                aria-current=${o.name===(i.tab??i.name)?"page":c}
                @click=${d=>{d.preventDefault(),this.go(o.name)}}
                >${e.t(`tab_${o.name||"home"}`)}${l?n`<span class="count">${l}</span>`:c}</a
              >`})}
        </nav>
      </header>
      <main tabindex="0">${this.body(i.element,decodeURIComponent(r.join("/")))}</main>
      ${this.asked(e)}
      <div class="news" role="status">
        ${this.news?n`<div>
              <span>${this.news.text}</span>
              ${this.news.undo?n`<button @click=${()=>this.undo()}>${e.t("undo")}</button>`:c}
              <button aria-label=${e.t("close")} @click=${()=>this.news=void 0}>✕</button>
            </div>`:c}
      </div>
    `}body(e,t){let r=this.words;return this.store.condition==="stopped"?n`<section class="card state" role="alert">
        <h2>${r.t("not_running")}</h2>
        <p>${r.failure(this.store.trouble??{message:r.t("not_running_why")})}</p>
        <p>
          ${r.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${r.t("open_settings")}</a>
        </p>
      </section>`:this.store.condition==="loading"?n`<p class="state" role="status">${r.t("loading")}</p>`:this.parts.show(e,{hass:this.hass,store:this.store,words:r,frame:this,path:t})}asked(e){let{question:t}=this;return t?n`<dialog aria-labelledby="question" @close=${()=>this.answer(!1)}>
      <h2 id="question">${t.title}</h2>
      <div class="body">${t.body}</div>
      <div class="row end">
        <button @click=${()=>this.answer(!1)}>${e.t("cancel")}</button>
        <button class=${t.danger?"danger":"main"} autofocus @click=${()=>this.answer(!0)}>
          ${t.confirm}
        </button>
      </div>
    </dialog>`:c}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[u,g`
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
      main:focus {
        outline: none;
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
    `]}};customElements.define("secure-hub-panel",lt);
