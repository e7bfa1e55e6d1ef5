var J=globalThis,F=J.ShadowRoot&&(J.ShadyCSS===void 0||J.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,he=Symbol(),Ue=new WeakMap,L=class{constructor(t,e,s){if(this._$cssResult$=!0,s!==he)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(F&&t===void 0){let s=e!==void 0&&e.length===1;s&&(t=Ue.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),s&&Ue.set(e,t))}return t}toString(){return this.cssText}},Le=n=>new L(typeof n=="string"?n:n+"",void 0,he),v=(n,...t)=>{let e=n.length===1?n[0]:t.reduce((s,i,r)=>s+(o=>{if(o._$cssResult$===!0)return o.cssText;if(typeof o=="number")return o;throw Error("Value passed to 'css' function must be a 'css' function result: "+o+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+n[r+1],n[0]);return new L(e,n,he)},He=(n,t)=>{if(F)n.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let s=document.createElement("style"),i=J.litNonce;i!==void 0&&s.setAttribute("nonce",i),s.textContent=e.cssText,n.appendChild(s)}},ue=F?n=>n:n=>n instanceof CSSStyleSheet?(t=>{let e="";for(let s of t.cssRules)e+=s.cssText;return Le(e)})(n):n;var{is:yt,defineProperty:_t,getOwnPropertyDescriptor:xt,getOwnPropertyNames:kt,getOwnPropertySymbols:St,getPrototypeOf:Rt}=Object,K=globalThis,Ne=K.trustedTypes,At=Ne?Ne.emptyScript:"",Et=K.reactiveElementPolyfillSupport,H=(n,t)=>n,me={toAttribute(n,t){switch(t){case Boolean:n=n?At:null;break;case Object:case Array:n=n==null?n:JSON.stringify(n)}return n},fromAttribute(n,t){let e=n;switch(t){case Boolean:e=n!==null;break;case Number:e=n===null?null:Number(n);break;case Object:case Array:try{e=JSON.parse(n)}catch{e=null}}return e}},Ve=(n,t)=>!yt(n,t),Ie={attribute:!0,type:String,converter:me,reflect:!1,useDefault:!1,hasChanged:Ve};Symbol.metadata??=Symbol("metadata"),K.litPropertyMetadata??=new WeakMap;var y=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=Ie){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let s=Symbol(),i=this.getPropertyDescriptor(t,s,e);i!==void 0&&_t(this.prototype,t,i)}}static getPropertyDescriptor(t,e,s){let{get:i,set:r}=xt(this.prototype,t)??{get(){return this[e]},set(o){this[e]=o}};return{get:i,set(o){let c=i?.call(this);r?.call(this,o),this.requestUpdate(t,c,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??Ie}static _$Ei(){if(this.hasOwnProperty(H("elementProperties")))return;let t=Rt(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(H("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(H("properties"))){let e=this.properties,s=[...kt(e),...St(e)];for(let i of s)this.createProperty(i,e[i])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[s,i]of e)this.elementProperties.set(s,i)}this._$Eh=new Map;for(let[e,s]of this.elementProperties){let i=this._$Eu(e,s);i!==void 0&&this._$Eh.set(i,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let s=new Set(t.flat(1/0).reverse());for(let i of s)e.unshift(ue(i))}else t!==void 0&&e.push(ue(t));return e}static _$Eu(t,e){let s=e.attribute;return s===!1?void 0:typeof s=="string"?s:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let s of e.keys())this.hasOwnProperty(s)&&(t.set(s,this[s]),delete this[s]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return He(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,s){this._$AK(t,s)}_$ET(t,e){let s=this.constructor.elementProperties.get(t),i=this.constructor._$Eu(t,s);if(i!==void 0&&s.reflect===!0){let r=(s.converter?.toAttribute!==void 0?s.converter:me).toAttribute(e,s.type);this._$Em=t,r==null?this.removeAttribute(i):this.setAttribute(i,r),this._$Em=null}}_$AK(t,e){let s=this.constructor,i=s._$Eh.get(t);if(i!==void 0&&this._$Em!==i){let r=s.getPropertyOptions(i),o=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:me;this._$Em=i;let c=o.fromAttribute(e,r.type);this[i]=c??this._$Ej?.get(i)??c,this._$Em=null}}requestUpdate(t,e,s,i=!1,r){if(t!==void 0){let o=this.constructor;if(i===!1&&(r=this[t]),s??=o.getPropertyOptions(t),!((s.hasChanged??Ve)(r,e)||s.useDefault&&s.reflect&&r===this._$Ej?.get(t)&&!this.hasAttribute(o._$Eu(t,s))))return;this.C(t,e,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:s,reflect:i,wrapped:r},o){s&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,o??e??this[t]),r!==!0||o!==void 0)||(this._$AL.has(t)||(this.hasUpdated||s||(e=void 0),this._$AL.set(t,e)),i===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,r]of this._$Ep)this[i]=r;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[i,r]of s){let{wrapped:o}=r,c=this[i];o!==!0||this._$AL.has(i)||c===void 0||this.C(i,void 0,r,c)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(e)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};y.elementStyles=[],y.shadowRootOptions={mode:"open"},y[H("elementProperties")]=new Map,y[H("finalized")]=new Map,Et?.({ReactiveElement:y}),(K.reactiveElementVersions??=[]).push("2.1.2");var fe=globalThis,Be=n=>n,G=fe.trustedTypes,ze=G?G.createPolicy("lit-html",{createHTML:n=>n}):void 0,ve="$lit$",_=`lit$${Math.random().toFixed(9).slice(2)}$`,$e="?"+_,Tt=`<${$e}>`,R=document,I=()=>R.createComment(""),V=n=>n===null||typeof n!="object"&&typeof n!="function",be=Array.isArray,Qe=n=>be(n)||typeof n?.[Symbol.iterator]=="function",ge=`[ 	
\f\r]`,N=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,We=/-->/g,Je=/>/g,k=RegExp(`>|${ge}(?:([^\\s"'>=/]+)(${ge}*=${ge}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Fe=/'/g,Ke=/"/g,Xe=/^(?:script|style|textarea|title)$/i,we=n=>(t,...e)=>({_$litType$:n,strings:t,values:e}),a=we(1),te=we(2),Xt=we(3),b=Symbol.for("lit-noChange"),d=Symbol.for("lit-nothing"),Ge=new WeakMap,S=R.createTreeWalker(R,129);function Ye(n,t){if(!be(n)||!n.hasOwnProperty("raw"))throw Error("invalid template strings array");return ze!==void 0?ze.createHTML(t):t}var Ze=(n,t)=>{let e=n.length-1,s=[],i,r=t===2?"<svg>":t===3?"<math>":"",o=N;for(let c=0;c<e;c++){let l=n[c],p,h,g=-1,$=0;for(;$<l.length&&(o.lastIndex=$,h=o.exec(l),h!==null);)$=o.lastIndex,o===N?h[1]==="!--"?o=We:h[1]!==void 0?o=Je:h[2]!==void 0?(Xe.test(h[2])&&(i=RegExp("</"+h[2],"g")),o=k):h[3]!==void 0&&(o=k):o===k?h[0]===">"?(o=i??N,g=-1):h[1]===void 0?g=-2:(g=o.lastIndex-h[2].length,p=h[1],o=h[3]===void 0?k:h[3]==='"'?Ke:Fe):o===Ke||o===Fe?o=k:o===We||o===Je?o=N:(o=k,i=void 0);let m=o===k&&n[c+1].startsWith("/>")?" ":"";r+=o===N?l+Tt:g>=0?(s.push(p),l.slice(0,g)+ve+l.slice(g)+_+m):l+_+(g===-2?c:m)}return[Ye(n,r+(n[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},B=class n{constructor({strings:t,_$litType$:e},s){let i;this.parts=[];let r=0,o=0,c=t.length-1,l=this.parts,[p,h]=Ze(t,e);if(this.el=n.createElement(p,s),S.currentNode=this.el.content,e===2||e===3){let g=this.el.content.firstChild;g.replaceWith(...g.childNodes)}for(;(i=S.nextNode())!==null&&l.length<c;){if(i.nodeType===1){if(i.hasAttributes())for(let g of i.getAttributeNames())if(g.endsWith(ve)){let $=h[o++],m=i.getAttribute(g).split(_),C=/([.?@])?(.*)/.exec($);l.push({type:1,index:r,name:C[2],strings:m,ctor:C[1]==="."?X:C[1]==="?"?Y:C[1]==="@"?Z:E}),i.removeAttribute(g)}else g.startsWith(_)&&(l.push({type:6,index:r}),i.removeAttribute(g));if(Xe.test(i.tagName)){let g=i.textContent.split(_),$=g.length-1;if($>0){i.textContent=G?G.emptyScript:"";for(let m=0;m<$;m++)i.append(g[m],I()),S.nextNode(),l.push({type:2,index:++r});i.append(g[$],I())}}}else if(i.nodeType===8)if(i.data===$e)l.push({type:2,index:r});else{let g=-1;for(;(g=i.data.indexOf(_,g+1))!==-1;)l.push({type:7,index:r}),g+=_.length-1}r++}}static createElement(t,e){let s=R.createElement("template");return s.innerHTML=t,s}};function A(n,t,e=n,s){if(t===b)return t;let i=s!==void 0?e._$Co?.[s]:e._$Cl,r=V(t)?void 0:t._$litDirective$;return i?.constructor!==r&&(i?._$AO?.(!1),r===void 0?i=void 0:(i=new r(n),i._$AT(n,e,s)),s!==void 0?(e._$Co??=[])[s]=i:e._$Cl=i),i!==void 0&&(t=A(n,i._$AS(n,t.values),i,s)),t}var Q=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,i=(t?.creationScope??R).importNode(e,!0);S.currentNode=i;let r=S.nextNode(),o=0,c=0,l=s[0];for(;l!==void 0;){if(o===l.index){let p;l.type===2?p=new O(r,r.nextSibling,this,t):l.type===1?p=new l.ctor(r,l.name,l.strings,this,t):l.type===6&&(p=new ee(r,this,t)),this._$AV.push(p),l=s[++c]}o!==l?.index&&(r=S.nextNode(),o++)}return S.currentNode=R,i}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},O=class n{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,i){this.type=2,this._$AH=d,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=A(this,t,e),V(t)?t===d||t==null||t===""?(this._$AH!==d&&this._$AR(),this._$AH=d):t!==this._$AH&&t!==b&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):Qe(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==d&&V(this._$AH)?this._$AA.nextSibling.data=t:this.T(R.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,i=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=B.createElement(Ye(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(e);else{let r=new Q(i,this),o=r.u(this.options);r.p(e),this.T(o),this._$AH=r}}_$AC(t){let e=Ge.get(t.strings);return e===void 0&&Ge.set(t.strings,e=new B(t)),e}k(t){be(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,i=0;for(let r of t)i===e.length?e.push(s=new n(this.O(I()),this.O(I()),this,this.options)):s=e[i],s._$AI(r),i++;i<e.length&&(this._$AR(s&&s._$AB.nextSibling,i),e.length=i)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=Be(t).nextSibling;Be(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},E=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,i,r){this.type=1,this._$AH=d,this._$AN=void 0,this.element=t,this.name=e,this._$AM=i,this.options=r,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=d}_$AI(t,e=this,s,i){let r=this.strings,o=!1;if(r===void 0)t=A(this,t,e,0),o=!V(t)||t!==this._$AH&&t!==b,o&&(this._$AH=t);else{let c=t,l,p;for(t=r[0],l=0;l<r.length-1;l++)p=A(this,c[s+l],e,l),p===b&&(p=this._$AH[l]),o||=!V(p)||p!==this._$AH[l],p===d?t=d:t!==d&&(t+=(p??"")+r[l+1]),this._$AH[l]=p}o&&!i&&this.j(t)}j(t){t===d?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},X=class extends E{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===d?void 0:t}},Y=class extends E{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==d)}},Z=class extends E{constructor(t,e,s,i,r){super(t,e,s,i,r),this.type=5}_$AI(t,e=this){if((t=A(this,t,e,0)??d)===b)return;let s=this._$AH,i=t===d&&s!==d||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,r=t!==d&&(s===d||i);i&&this.element.removeEventListener(this.name,this,s),r&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},ee=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){A(this,t)}},et={M:ve,P:_,A:$e,C:1,L:Ze,R:Q,D:Qe,V:A,I:O,H:E,N:Y,U:Z,B:X,F:ee},Pt=fe.litHtmlPolyfillSupport;Pt?.(B,O),(fe.litHtmlVersions??=[]).push("3.3.3");var tt=(n,t,e)=>{let s=e?.renderBefore??t,i=s._$litPart$;if(i===void 0){let r=e?.renderBefore??null;s._$litPart$=i=new O(t.insertBefore(I(),r),r,void 0,e??{})}return i._$AI(n),i};var ye=globalThis,w=class extends y{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=tt(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return b}};w._$litElement$=!0,w.finalized=!0,ye.litElementHydrateSupport?.({LitElement:w});var Ct=ye.litElementPolyfillSupport;Ct?.({LitElement:w});(ye.litElementVersions??=[]).push("4.2.2");var T=["internet","lan","peers","hub","control","report","share"],se=["default","allow","ask","deny"],j=["default","trusted","local_only","cloud_only","restricted","ask"];function z(n,t,e={}){return n.callWS({type:`secure_hub/${t}`,...e})}var Ot=2e3,ie=class extends EventTarget{constructor(e){super();this.hass=e;this.rows=new Map;this.condition="loading";this.version=0;this.frame=0;this.running=!1}start(){this.running=!0,this.follow()}stop(){this.running=!1,clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async follow(){try{this.end=await this.hass().connection.subscribeMessage(e=>this.take(e),{type:"secure_hub/subscribe"}),await this.read(),this.condition="ready",this.trouble=void 0}catch(e){this.trouble=e,this.condition="stopped",this.later()}this.tell()}async read(){let e=new Map;this.overview=await z(this.hass(),"overview");let s=null;do{let i=await z(this.hass(),"assets",s===null?{}:{after:s});for(let r of i.assets)e.set(r.id,r);s=i.after}while(s!==null);this.rows=e,this.version++}take(e){e.stopped&&(this.condition="stopped",this.later()),e.overview&&(this.overview=e.overview);for(let s of e.changed??[])this.rows.set(s.id,s);for(let s of e.gone??[])this.rows.delete(s);(e.changed||e.gone)&&this.version++,this.tell()}later(){clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0,this.running&&(this.timer=setTimeout(()=>{this.follow()},Ot))}tell(){this.frame||(this.frame=requestAnimationFrame(()=>{this.frame=0,this.dispatchEvent(new Event("changed"))}))}};var f=v`
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
`;var M=class extends Map{show(t,e){let s=this.get(t);return s||this.set(t,s=document.createElement(t)),Object.assign(s,e)}};function q(n){n.dispatchEvent(new Event("refresh",{bubbles:!0,composed:!0}))}var u=class extends w{constructor(){super(...arguments);this.onChange=()=>this.changed()}static{this.properties={hass:{attribute:!1,hasChanged:()=>!1},store:{attribute:!1},words:{attribute:!1},frame:{attribute:!1},path:{}}}static{this.styles=[f]}connectedCallback(){super.connectedCallback(),this.store.addEventListener("changed",this.onChange)}disconnectedCallback(){super.disconnectedCallback(),this.store.removeEventListener("changed",this.onChange)}changed(){this.requestUpdate()}ask(e,s={}){return z(this.hass,e,s)}async attempt(e){try{return await e()}catch(s){this.frame.tell(this.words.failure(s));return}}outcome(e,s,i){if(!e)return;let r=Object.values(e.failed),o=e.done.length?[s(e.done.length)]:[];if(r.length){let c=[...new Set(r.map(l=>this.words.failure(l)))];o.push(this.words.n("not_done",r.length,{reason:c.slice(0,3).join(" ")}))}this.frame.tell(o.join(" "),e.done.length?i:void 0)}async quarantine(e,s){let{words:i}=this,r=i.list(e.slice(0,10).map(p=>p.name));if(!await this.frame.confirm({title:i.n("quarantine_sure",e.length,{name:r}),body:a`<p>${i.t("quarantine_means")}</p>
        ${e.some(p=>p.coverage!=="full")?a`<p class="note held">${i.t("quarantine_partly")}</p>`:d}
        ${e.length>1?a`<p>${r}${e.length>10?" …":""}</p>`:d}`,confirm:i.t("quarantine"),danger:!0}))return;let c=e.map(p=>p.id),l=await this.attempt(()=>this.ask("quarantine",{asset_ids:c,...s?{reason:s}:{}}));this.outcome(l,p=>i.n("was_quarantined",p,{name:r}),()=>this.ask("release",{asset_ids:(l?.done??[]).map(p=>c[p])}))}async release(e){let s=e.map(l=>l.id),i=this.words.list(e.slice(0,10).map(l=>l.name)),r=new Set(e.filter(l=>l.standing==="quarantined").map(l=>l.id)),o=await this.attempt(()=>this.ask("release",{asset_ids:s})),c=(o?.done??[]).map(l=>s[l]).filter(l=>l!==void 0&&r.has(l));this.outcome(o,l=>this.words.n("was_released",l,{name:i}),c.length?()=>this.ask("quarantine",{asset_ids:c}):void 0)}link(e,s){return a`<a
      href="/secure-hub/${e}"
      @click=${i=>{i.ctrlKey||i.metaKey||i.shiftKey||(i.preventDefault(),this.frame.go(e))}}
      >${s}</a
    >`}standing(e){let s=e.standing!=="admitted"!==e.contained&&e.coverage!=="none";return a`<span class="badge ${e.standing}"
      >${this.words.t(`standing_${e.standing}`)}${s?` (${this.words.enforced("pending")})`:""}</span
    >`}willUpdate(e){}};var _e=class extends u{static{this.properties={...u.properties,details:{attribute:!1}}}render(){let{details:t,words:e}=this,s={dateStyle:"medium"},i=[["addresses",t.addresses.join(", ")],["interfaces",t.interfaces.join(", ")],["integrations",t.integrations.join(", ")],["first_seen",e.time(t.first_seen,s)],["last_seen",t.present?e.t("now"):e.time(t.last_seen,s)]];return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("who")}</h2>
      <dl>
        ${t.identifiers.filter(r=>r.kind!=="registry").map(r=>a`<dt>${e.t(`identifier_${r.kind}`)}</dt><dd><code>${r.value}</code></dd>`)}
        ${i.map(([r,o])=>o?a`<dt>${e.t(r)}</dt><dd>${o}</dd>`:d)}
      </dl>
      <h3>${e.t("evidence",{kind:e.t(`class_${t.class}`)})}</h3>
      ${t.evidence.length?a`<ul>
            ${t.evidence.map(r=>a`<li>${e.t(`class_${r.class}`)}: ${r.fact.replaceAll("_"," ")} <code>${r.detail}</code></li>`)}
          </ul>`:a`<p>${e.t("evidence_none")}</p>`}
      ${t.governed?d:a`<p class="note">${e.t("ungoverned_means")}</p>`}
    </section>`}static{this.styles=[f,v`
      h3 {
        margin-top: 16px;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-identity",_e);var it=["scope","destination","answer","finding","step","version"],xe=n=>n!==null&&typeof n=="object"&&!Array.isArray(n);function D(n,t){return Array.isArray(t)?n.list(t.map(e=>D(n,e))):xe(t)?Object.entries(t).map(([e,s])=>`${e.replaceAll("_"," ")}: ${D(n,s)}`).join(", "):t===null?"–":n.value(String(t))}function st(n,t){return!xe(n)||!xe(t)?n:Object.fromEntries(Object.entries(n).filter(([e,s])=>JSON.stringify(s)!==JSON.stringify(t[e])))}function jt(n,{before:t,after:e}){if(t===null&&e===null)return d;let[s,i]=[st(t,e),st(e,t)];return a`<span>${t===null?"":`${D(n,s)} → `}<strong>${D(n,i)}</strong></span>`}function Mt(n,t){let e=Object.entries(t??{}).filter(([s])=>!it.some(i=>i===s));return e.length?a`<details>
    <summary>${n.t("details")}</summary>
    <dl>${e.map(([s,i])=>a`<dt>${s.replaceAll("_"," ")}</dt><dd>${D(n,i)}</dd>`)}</dl>
  </details>`:d}function qt(n,t){let e=t.actor_name??(t.actor?n.t("gone_user"):"Secure Hub");return n.t("did_by",{who:e})+(t.reason?` (${n.because(t.reason)})`:"")}function Dt(n,t){let e=it.filter(s=>t.details?.[s]&&t.details[s]!=="any").map(s=>D(n,t.details[s]));return a`<time class="muted" datetime=${new Date(t.time*1e3).toISOString()}
      >${n.time(t.time,{timeStyle:"short"})}</time
    >
    <div>
      <strong>${n.t(`did_${t.action}`)}</strong>
      ${t.asset_id?a`<a href="/secure-hub/device/${t.asset_id}">${t.asset??n.t("gone_device")}</a>`:d}
      ${e.length?a`<span>${e.join(", ")}</span>`:d} ${jt(n,t)}
      <span class="muted">${qt(n,t)}</span>
      ${Mt(n,t.details)}
    </div>`}function re(n,t){let e=new Map;for(let s of t){let i=n.time(s.time,{dateStyle:"full"});e.set(i,[...e.get(i)??[],s])}return[...e].map(([s,i])=>a`<h3>${s}</h3>
      <ul class="lines">
        ${i.map(r=>a`<li>${Dt(n,r)}</li>`)}
      </ul>`)}var ne=v`
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
`;var Ut=6e4,ae=class extends u{constructor(){super(...arguments);this.seen="";this.turn=0}static{this.properties={...u.properties,details:{attribute:!1},told:{state:!0},trouble:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen="",this.timer=setInterval(()=>{this.again()},Ut)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}basis(){return null}willUpdate(e){let s=e.get("details");s&&s.id!==this.details.id&&(this.told=this.trouble=void 0);let i=JSON.stringify([this.details?.id,this.basis()]);i!==this.seen&&(this.seen=i,this.again())}async again(){let e=++this.turn;try{let s=await this.read();if(e!==this.turn)return;this.told=s,this.trouble=void 0}catch(s){e===this.turn&&(this.trouble=this.words.failure(s))}}render(){let{words:e,told:s,trouble:i}=this;return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t(this.heading)}</h2>
      ${i!==void 0?a`<p class="note deny" role="alert">${i}</p>`:s===void 0?a`<p class="muted" role="status">${e.t("loading_part")}</p>`:this.show(s)}
    </section>`}};var Lt=20,ke=class extends ae{constructor(){super(...arguments);this.heading="happened"}basis(){return this.store.overview?.journal.records}read(){return this.ask("journal",{asset_id:this.details.id,limit:Lt})}show({records:e}){let{words:s,details:i}=this;return a`${e.length?re(s,e):a`<p>${s.t("happened_nothing")}</p>`}
    ${this.link(`journal/${i.id}`,s.t("happened_all"))}`}static{this.styles=[f,ne]}};customElements.define("secure-hub-lines",ke);var P={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},rt=n=>(...t)=>({_$litDirective$:n,values:t}),oe=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:js}=et;var nt=n=>n.strings===void 0;var Ht={},at=(n,t=Ht)=>n._$AH=t;var ot=rt(class extends oe{constructor(n){if(super(n),n.type!==P.PROPERTY&&n.type!==P.ATTRIBUTE&&n.type!==P.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!nt(n))throw Error("`live` bindings can only contain a single expression")}render(n){return n}update(n,[t]){if(t===b||t===d)return t;let e=n.element,s=n.name;if(n.type===P.PROPERTY){if(t===e[s])return b}else if(n.type===P.BOOLEAN_ATTRIBUTE){if(!!t===e.hasAttribute(s))return b}else if(n.type===P.ATTRIBUTE&&e.getAttribute(s)===t+"")return b;return at(n),t}});function le(n,t,e,s){let i=t.scopes[e];if(!i)return a`<span class="muted" title=${n.t("scope_not_for_it")}>–<span class="hidden-text">${n.t("scope_not_for_it")}</span></span>`;let r=i.enforced==="not_enforceable",o=n.t(`cell_${i.decision}`),c=[n.t("cell_label",{name:t.name,scope:n.scope(e),decision:n.decision(i.decision)}),n.t("cell_enforced",{enforced:n.enforced(i.enforced)}),i.exceptions?n.n("cell_exceptions",i.exceptions):""].filter(Boolean).join(" ");return a`<select
    class="${i.decision} ${i.said==="default"?"":"said"} ${i.enforced}"
    aria-label=${c}
    title=${c}
    .value=${ot(i.said)}
    ?disabled=${t.protected!==null}
    @change=${l=>s(l.target.value)}
  >
    ${se.map(l=>a`<option value=${l} ?selected=${l===i.said}>
          ${r&&l===i.said?"⊘ ":""}${l==="default"?`(${o})`:n.t(`cell_${l}`)}${l===i.said&&i.exceptions?" *":""}
        </option>`)}
  </select>`}var Se=class extends u{static{this.properties={...u.properties,details:{attribute:!1}}}render(){let{details:t,words:e}=this;return a`<section class="card" aria-labelledby="heading">
      <h2 id="heading">${e.t("may")}</h2>
      ${T.map(s=>{let i=t.verdicts[s];return i?this.verdict(t,s,i):d})}
      ${this.said(t)}
    </section>`}verdict(t,e,s){let{words:i}=this,r=s.enforced==="not_enforceable";return a`<article data-scope=${e}>
      <div class="what">
        <h3>${i.scope(e)}</h3>
        <span class="badge ${s.decision}">${i.decision(s.decision)}</span>
      </div>
      <div>
        <p>${i.t("because",{reason:i.reason(s.reason)})}</p>
        <p class=${r?"note held":"muted"}>
          ${i.t("cell_enforced",{enforced:i.enforced(s.enforced)})} ${r?i.why(s.coverage_reason):""}
        </p>
        ${this.voices("overrode",s.overrode)} ${this.voices("exceptions",s.exceptions)}
      </div>
      <div class="row scope">
        ${le(i,t,e,o=>this.decide(e,o))}
        ${s.decision==="allow"||t.standing==="quarantined"||r?d:a`<button @click=${()=>this.grant(e)}>${i.t("allow_hour")}</button>`}
      </div>
    </article>`}voices(t,e){return e.length?a`<details>
      <summary>${this.words.n(t,e.length)}</summary>
      <ul>
        ${e.map(s=>a`<li>
            ${this.words.reason(s.layer)}: ${this.words.decision(s.decision)}${s.destination==="any"?"":a` → <code>${s.destination}</code>`}
          </li>`)}
      </ul>
    </details>`:d}said(t){let{words:e}=this,s=t.rules.filter(r=>r.destination!=="any");if(!s.length&&!t.grants.length&&!t.allow_list.length)return d;let i=(r,o,c,l)=>a`<tr>
        <td>${e.scope(r)}</td>
        <td><code>${o==="any"?e.t("anywhere"):o}</code></td>
        <td>${e.decision(c)}</td>
        <td>${l}</td>
      </tr>`;return a`<h3 id="said">${e.t("said")}</h3>
      <div class="wide" tabindex="0" role="group" aria-labelledby="said">
        <table>
          <thead>
            <tr>
              ${["scope","destination","decision","until"].map(r=>a`<th scope="col">${e.t(r)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${t.grants.map(r=>i(r.scope,r.destination,"allow",a`${e.time(r.expires)} <button @click=${()=>this.revoke(r.scope)}>${e.t("revoke")}</button>`))}
            ${s.map(r=>i(r.scope,r.destination,r.decision,e.t("always")))}
            ${t.allow_list.map(r=>i(r.scope,r.destination,"allow",e.t("on_its_list")))}
          </tbody>
        </table>
      </div>`}async decide(t,e){let{details:s,words:i}=this,r=s.scopes[t].said,o=l=>({changes:[{value:s.id,scope:t,decision:l}]}),c=await this.attempt(()=>this.ask("set_permissions",o(e)));this.outcome(c,l=>i.n("was_decided",l,{name:s.name,scope:i.scope(t),decision:i.option("decision",e)}),()=>this.ask("set_permissions",o(r))),q(this)}async grant(t){let{id:e,name:s}=this.details;await this.attempt(async()=>{await this.ask("grant",{asset_id:e,scope:t,duration:"1_hour"}),this.frame.tell(this.words.t("was_granted",{name:s,scope:this.words.scope(t)}),()=>this.ask("revoke",{asset_id:e,scope:t}))}),q(this)}async revoke(t){await this.attempt(()=>this.ask("revoke",{asset_id:this.details.id,scope:t})),q(this)}static{this.styles=[f,v`
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
          grid-template-columns: 1fr;
        }
        .scope {
          justify-content: flex-start;
        }
      }
    `]}};customElements.define("secure-hub-permissions",Se);var lt={"secure-hub-permissions":"may","secure-hub-identity":"who","secure-hub-lines":"happened"},Re=class extends u{constructor(){super();this.shown="";this.reading=0;this.parts=new M;this.addEventListener("refresh",()=>{this.read()})}static{this.properties={...u.properties,details:{state:!0},missing:{state:!0}}}willUpdate(e){e.has("path")&&(this.details=this.missing=void 0,this.shown="");let s=JSON.stringify(this.store.rows.get(this.path)??null);s!==this.shown&&(this.shown=s,this.read())}async read(){let e=++this.reading;try{let s=await this.ask("asset",{asset_id:this.path});e===this.reading&&(this.details=s)}catch(s){e===this.reading&&(this.missing=this.words.failure(s))}}render(){let{details:e,words:s}=this;if(this.missing)return a`<p class="card" role="alert">${this.missing} ${this.link("devices",s.t("tab_devices"))}</p>`;if(!e)return a`<p role="status">${s.t("loading")}</p>`;let i={hass:this.hass,store:this.store,words:s,frame:this.frame,details:e};return a`<div class="stack">
      <p>${this.link("devices",`← ${s.t("tab_devices")}`)}</p>
      ${this.top(e)}
      <nav class="row" aria-label=${s.t("on_this_page")}>
        ${Object.entries(lt).map(([r,o])=>a`<button class="chip" @click=${()=>this.jump(r)}>${s.t(o)}</button>`)}
      </nav>
      ${Object.keys(lt).map(r=>this.parts.show(r,i))}
    </div>`}jump(e){let s=this.parts.get(e);s?.setAttribute("tabindex","-1"),s?.focus({preventScroll:!0}),s?.scrollIntoView()}top(e){let{words:s}=this,{quarantine:i}=e;return a`<section class="card">
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
      ${i?a`<p class="note quarantined">
            ${s.t("quarantined_since",{time:s.time(i.since),reason:s.because(i.reason)})}
          </p>`:d}
      ${e.protected?a`<p class="note held">${s.t(`protected_${e.protected}`)}</p>`:d}
      <p class="note ${e.coverage==="full"?"allow":"held"}">
        <strong>${s.t("reach")}:</strong> ${s.coverage(e.coverage)}. ${s.why(e.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${s.t("column_profile")}
          <select @change=${r=>this.profile(e,r.target.value)}>
            ${[...j,...e.profile==="quarantined"?["quarantined"]:[]].map(r=>a`<option value=${r} ?selected=${r===e.profile}>${s.profile(r)}</option>`)}
          </select></label
        >
        ${e.device_id?a`<a href="/config/devices/device/${e.device_id}">${s.t("open_device")}</a>`:d}
      </p>
    </section>`}async profile(e,s){let i=o=>({asset_ids:[e.id],profile:o}),r=await this.attempt(()=>this.ask("set_profile",i(s)));this.outcome(r,o=>this.words.n("was_profiled",o,{name:e.name,profile:this.words.profile(s)}),()=>this.ask("set_profile",i(e.profile)))}static{this.styles=[f,v`
      nav {
        gap: 4px 8px;
      }
    `]}};customElements.define("secure-hub-device",Re);var U=56,dt=v`
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
    height: ${U}px;
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
`;var ct=6,Nt=1e3;var pt=[["name","class"],["standing"],["profile"],["coverage"]],Ae=class extends u{constructor(){super();this.rows=[];this.seen=-1;this.height=600;Object.assign(this,{search:"",kind:"",sort:"name",downwards:!1,everything:!1,top:0}),Object.assign(this,{marked:new Set,scope:"internet",decision:"deny"})}static{this.properties={search:{state:!0},kind:{state:!0},sort:{state:!0},downwards:{state:!0},everything:{state:!0},marked:{state:!0},top:{state:!0},scope:{state:!0},decision:{state:!0}}}willUpdate(e){if(["search","kind","sort","downwards","everything"].some(i=>e.has(i))||this.seen!==this.store.version){this.seen=this.store.version,this.rows=this.listed();let i=[...this.marked].filter(r=>this.store.rows.has(r));i.length!==this.marked.size&&(this.marked=new Set(i))}}listed(){let e=this.search.trim().toLocaleLowerCase(),s=[...this.store.rows.values()].filter(o=>(this.everything||o.governed)&&(!this.kind||o.class===this.kind)&&(!e||[o.name,o.manufacturer,o.model,this.area(o),this.words.t(`class_${o.class}`)].some(c=>c?.toLocaleLowerCase().includes(e)))),i=o=>this.sort==="name"?o.name:`${o[this.sort]} ${o.name}`,r=this.downwards?-1:1;return s.sort((o,c)=>r*this.words.compare(i(o),i(c)))}area(e){return e.area_id?this.hass.areas?.[e.area_id]?.name??"":""}firstUpdated(){let e=this.renderRoot.querySelector(".scroller");new ResizeObserver(()=>{this.height=e.clientHeight,this.requestUpdate()}).observe(e)}render(){let{words:e}=this,s=Math.max(0,Math.floor(this.top/U)-ct),i=Math.min(this.rows.length,Math.ceil((this.top+this.height)/U)+ct);return a`
      ${this.filters()} ${this.marked.size?this.bulk():d}
      <div
        class="scroller"
        role="table"
        aria-label=${e.t("matrix")}
        aria-rowcount=${this.rows.length+1}
        aria-colcount=${T.length+pt.length+1}
        @scroll=${r=>this.top=r.target.scrollTop}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length*U}px">
          ${this.rows.slice(s,i).map((r,o)=>this.row(r,s+o))}
        </div>
        ${this.rows.length?d:a`<p class="empty">${e.t(this.store.rows.size?"none_found":"no_devices")}</p>`}
      </div>
      <p class="muted legend">${e.t("matrix_legend")}</p>
    `}filters(){let{words:e}=this,s=[...new Set([...this.store.rows.values()].filter(i=>this.everything||i.governed).map(i=>i.class))];return a`<div class="row" role="search">
      <input
        class="grow"
        type="search"
        aria-label=${e.t("search")}
        placeholder=${e.t("search")}
        .value=${this.search}
        @input=${i=>this.search=i.target.value}
      />
      <select aria-label=${e.t("kind")} @change=${i=>this.kind=i.target.value}>
        <option value="">${e.t("every_kind")}</option>
        ${s.sort(e.compare.bind(e)).map(i=>a`<option value=${i} ?selected=${i===this.kind}>${e.t(`class_${i}`)}</option>`)}
      </select>
      <label class="row"
        ><input
          type="checkbox"
          .checked=${this.everything}
          @change=${i=>this.everything=i.target.checked}
        />${e.t("show_everything")}</label
      >
      <span class="muted" role="status">${e.n("devices",this.rows.length)}</span>
    </div>`}head(){let{words:e}=this,s=this.rows.length>0&&this.rows.every(i=>this.marked.has(i.id));return a`<div role="rowgroup" class="head">
      <div role="row" aria-rowindex="1" class="line">
        <span role="columnheader" class="mark"
          ><input
            type="checkbox"
            aria-label=${e.t("mark_all")}
            .checked=${s}
            @change=${()=>this.marked=new Set(s?[]:this.rows.slice(0,Nt).map(i=>i.id))}
        /></span>
        ${pt.map(i=>a`<span
            role="columnheader"
            class=${i[0]}
            aria-sort=${i.includes(this.sort)?this.downwards?"descending":"ascending":"none"}
            >${i.map(r=>a`<button
                @click=${()=>{this.downwards=this.sort===r&&!this.downwards,this.sort=r}}
              >
                ${e.t(`column_${r}`)} ${r===this.sort?this.downwards?"▾":"▴":""}
              </button>`)}</span
          >`)}
        ${T.map(i=>a`<span role="columnheader" class="scope ${i}">${e.scope(i)}</span>`)}
      </div>
    </div>`}row(e,s){let{words:i}=this;return a`<div role="row" aria-rowindex=${s+2} class="line" style="top:${s*U}px" data-id=${e.id}>
      <span role="cell" class="mark"
        ><input
          type="checkbox"
          aria-label=${i.t("mark",{name:e.name})}
          .checked=${this.marked.has(e.id)}
          @change=${()=>this.mark(e.id)}
      /></span>
      <span role="rowheader" class="name">${this.link(`device/${e.id}`,e.name)}<small class="muted"
          >${[i.t(`class_${e.class}`),this.area(e)].filter(Boolean).join(", ")}</small
        ></span
      >
      <span role="cell" class="standing">${this.standing(e)}</span>
      <span role="cell" class="profile">${i.profile(e.profile)}</span>
      <span role="cell" class="coverage" title=${i.why(e.coverage_reason)}>${i.t(`coverage_${e.coverage}`)}</span>
      ${T.map(r=>a`<span role="cell" class="scope ${r}"
          >${le(i,e,r,o=>this.decide([e],r,o))}</span
        >`)}
    </div>`}mark(e){let s=new Set(this.marked);s.delete(e)||s.add(e),this.marked=s}chosen(){return[...this.marked].map(e=>this.store.rows.get(e)).filter(e=>e!==void 0)}bulk(){let{words:e}=this,s=this.chosen();return a`<div class="card row bulk" role="group" aria-label=${e.t("bulk")}>
      <strong>${e.n("marked",s.length)}</strong>
      <select aria-label=${e.t("scope")} @change=${i=>this.scope=i.target.value}>
        ${T.map(i=>a`<option value=${i} ?selected=${i===this.scope}>${e.scope(i)}</option>`)}
      </select>
      <select
        aria-label=${e.t("decision")}
        @change=${i=>this.decision=i.target.value}
      >
        ${se.map(i=>a`<option value=${i} ?selected=${i===this.decision}>${e.option("decision",i)}</option>`)}
      </select>
      <button class="main" @click=${()=>this.preview(s)}>${e.t("preview")}</button>
      <select aria-label=${e.t("set_profile")} .value=${""} @change=${i=>this.profile(s,i.target)}>
        <option value="">${e.t("set_profile")}</option>
        ${j.map(i=>a`<option value=${i}>${e.profile(i)}</option>`)}
      </select>
      <button class="danger" @click=${()=>this.quarantine(s)}>${e.t("quarantine")}</button>
      <button @click=${()=>this.release(s)}>${e.t("release")}</button>
      <button @click=${()=>this.marked=new Set}>${e.t("mark_none")}</button>
    </div>`}async preview(e){let{words:s,scope:i,decision:r}=this,o=e.filter(m=>m.scopes[i]).map(m=>({value:m.id,scope:i,decision:r}));if(!o.length)return this.frame.tell(s.t("scope_for_none"));let c=await this.attempt(()=>this.ask("set_permissions",{changes:o,preview:!0}));if(!c)return;let l=m=>this.store.rows.get(m)?.name??m,p=c.assets.filter(m=>m.before!==m.after),h=c.assets.filter(m=>m.coverage==="none"),g=Object.entries(c.failed);await this.frame.confirm({title:s.n("preview_title",o.length,{scope:s.scope(i),decision:s.option("decision",r)}),confirm:s.t("apply"),body:a`
        <p>${s.n("preview_changes",p.length)}</p>
        <ul>
          ${p.slice(0,12).map(m=>a`<li>${l(m.asset_id)}: ${s.decision(m.before)} → <strong>${s.decision(m.after)}</strong></li>`)}
          ${p.length>12?a`<li>${s.n("and_more",p.length-12)}</li>`:d}
        </ul>
        ${h.length?a`<p class="note held">
              ${s.n("preview_open",h.length,{names:s.list(h.slice(0,8).map(m=>l(m.asset_id)))})}
              ${s.why(h[0].coverage_reason)}
            </p>`:d}
        ${g.map(([m,C])=>a`<p class="note deny">${l(o[Number(m)]?.value??"")}: ${s.failure(C)}</p>`)}
        ${e.length>o.length?a`<p class="muted">${s.n("preview_not_for",e.length-o.length)}</p>`:d}
      `})&&await this.decide(e,i,r)}async decide(e,s,i){let r=e.filter(p=>p.scopes[s]),o=r.map(p=>({value:p.id,scope:s,decision:i})),c=r.map(p=>({value:p.id,scope:s,decision:p.scopes[s].said})),l=await this.attempt(()=>this.ask("set_permissions",{changes:o}));this.outcome(l,p=>this.words.n("was_decided",p,{name:r[0]?.name,scope:this.words.scope(s),decision:this.words.option("decision",i)}),()=>this.ask("set_permissions",{changes:(l?.done??[]).map(p=>c[p])})),this.requestUpdate()}async profile(e,s){let i=s.value;s.value="";let r=e.map(c=>({id:c.id,profile:c.profile})),o=await this.attempt(()=>this.ask("set_profile",{asset_ids:e.map(c=>c.id),profile:i}));this.outcome(o,c=>this.words.n("was_profiled",c,{name:e[0]?.name,profile:this.words.profile(i)}),async()=>{let c=(o?.done??[]).map(l=>r[l]);for(let l of new Set(c.map(p=>p.profile))){let p=c.filter(h=>h.profile===l).map(h=>h.id);await this.ask("set_profile",{asset_ids:p,profile:l})}})}static{this.styles=[f,dt]}};customElements.define("secure-hub-devices",Ae);var ht=20,Ee=class extends u{connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>this.store.overview?.trial_ends&&this.requestUpdate(),1e3)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}render(){let{overview:t}=this.store;if(!t)return d;let e=[...this.store.rows.values()].sort((o,c)=>this.words.compare(o.name,c.name)),s=e.filter(o=>o.standing==="held"),i=e.filter(o=>o.standing==="quarantined"),r=[this.trial(t),this.journal(t),...this.enforcers(t),this.waits("requests",t.requests.pending,"requests"),this.waits("incidents",t.incidents.open,"incidents"),this.waits("overdue",t.updates.overdue,"updates"),...this.some(s,o=>this.newcomer(o)),...this.some(i,o=>this.quarantined(o))].filter(o=>o!==d);return a`<div class="stack">
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
        ${r.length?a`<div class="cards">${r}</div>`:a`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      ${this.reach(e)}
    </div>`}sentence(t){let{words:e}=this,s=["held","quarantined"].filter(r=>t.counts[r]).map(r=>e.n(`count_${r}`,t.counts[r])),i={requests:t.requests.pending,incidents:t.incidents.open,overdue:t.updates.overdue};for(let[r,o]of Object.entries(i))o&&s.push(e.n(`count_${r}`,o));return s.length?e.t("sentence_some",{parts:e.list(s)}):e.n("sentence_quiet",t.counts.governed)}some(t,e){let s=t.length-ht;return[...t.slice(0,ht).map(e),...s>0?[a`<p class="card">${this.link("devices",this.words.n("and_more",s))}</p>`]:[]]}waits(t,e,s){return e?a`<article class="card">
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
    </article>`}what(t){return[this.words.t(`class_${t.class}`),t.manufacturer,t.model].filter(Boolean).join(", ")}reach(t){let{words:e}=this,s=t.filter(r=>r.governed),i=["full","routed","hub_only","none"];return a`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${e.t("reach")}</h2>
      ${s.length?d:a`<p>${e.t("no_devices")}</p>`}
      <dl>
        ${i.map(r=>[r,s.filter(o=>o.coverage===r).length]).filter(([,r])=>r).map(([r,o])=>a`<dt>${e.n("devices",o)}</dt>
            <dd>${e.coverage(r)}</dd>`)}
      </dl>
    </section>`}};customElements.define("secure-hub-home",Ee);function de(n,t,e){let s=document.createElement("a");s.href=URL.createObjectURL(new Blob([e],{type:t})),s.download=n,s.click(),URL.revokeObjectURL(s.href)}var Te=class extends u{static{this.properties={...u.properties,incident:{attribute:!1}}}render(){let{words:t,incident:e}=this,s=this.store.rows.get(e.asset_id);return a`<article>
      <div class="row between">
        <h3>${this.link(`device/${e.asset_id}`,e.asset??t.t("gone_device"))}</h3>
        <span class="badge ${e.severity}">${t.t(`severity_${e.severity}`)}</span>
      </div>
      <p class="row">
        ${s?this.standing(s):d}
        <span class="muted">${t.n("incident_since",e.findings,{time:t.time(e.opened)})}</span>
      </p>
      <ol>
        ${e.timeline.map(i=>a`<li>
            <span class="muted">${t.time(i.time)}</span> <strong>${t.option("finding_kind",i.finding)}</strong>
            <span class="badge ${i.severity}">${t.t(`severity_${i.severity}`)}, ${t.number(i.confidence,{style:"percent"})}</span>
            <br />${i.evidence}
            ${i.technique?a`<span class="muted">MITRE ATT&amp;CK ${i.technique}</span>`:d}
          </li>`)}
      </ol>
      <div class="row">
        ${s&&s.standing!=="quarantined"?a`<button class="danger" @click=${()=>this.quarantine([s],t.option("finding_kind",e.timeline[0]?.finding??""))}>${t.t("quarantine")}</button>`:d}
        ${s&&s.standing==="quarantined"?a`<button class="main" @click=${()=>this.act("incidents/release","was_let_go_watched")}>${t.t("release_and_watch")}</button>`:d}
        <button @click=${()=>this.normal()}>${t.t("this_is_normal")}</button>
        <button @click=${()=>de(`secure-hub-incident-${e.id}.json`,"application/json",JSON.stringify(e,null,2))}>${t.t("export")}</button>
      </div>
    </article>`}async act(t,e){let{asset_id:s,asset:i}=this.incident;await this.attempt(async()=>{await this.ask(t,{asset_id:s}),this.frame.tell(this.words.t(e,{name:i}))}),q(this)}async normal(){let{words:t,incident:e}=this,s=[...new Set(e.timeline.map(r=>r.finding))];await this.frame.confirm({title:t.t("normal_sure",{name:e.asset}),body:a`<p>${t.t("normal_means")}</p>
        <ul>
          ${s.map(r=>a`<li>${t.option("finding_kind",r)}</li>`)}
        </ul>`,confirm:t.t("this_is_normal")})&&await this.act("incidents/normal","was_normal")}static{this.styles=[f,v`
      ol {
        padding-inline-start: 20px;
        display: grid;
        gap: 8px;
      }
    `]}};customElements.define("secure-hub-incident",Te);var Pe=class extends u{constructor(){super();this.seen="";this.addEventListener("refresh",()=>{this.read()})}static{this.properties={incidents:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let s=JSON.stringify(this.store.overview?.incidents);s!==this.seen&&(this.seen=s,this.read())}async read(){this.incidents=(await this.attempt(()=>this.ask("incidents/list")))?.incidents??this.incidents??[]}render(){let{words:e,incidents:s}=this;return s?a`<div class="stack">
      <h2>${e.t("tab_incidents")}</h2>
      ${s.length?s.map(i=>a`<secure-hub-incident class="card" .hass=${this.hass} .store=${this.store} .words=${e} .frame=${this.frame} .incident=${i}></secure-hub-incident>`):a`<p class="card">${e.t("incidents_none")}</p>`}
    </div>`:a`<p role="status">${e.t("loading")}</p>`}static{this.styles=[f,v`
      secure-hub-incident {
        display: block;
      }
    `]}};customElements.define("secure-hub-incidents",Pe);var ut=50,It=2e4,mt={decisions:["quarantine","release","set_permission","set_profile","grant","revoke","set_everybody","confirm","import_manifest","set_limit"],enforcement:["enforced","drift","decision_failed","rolled_back"],devices:["first_look","assets_appeared","assets_gone","assets_merged","asset_split"]},Vt=["any_day","today","yesterday","week"],Ce=class extends u{constructor(){super();this.turn=0;Object.assign(this,{older:null,kind:"",day:"any_day",busy:!1})}static{this.properties={records:{state:!0},older:{state:!0},kind:{state:!0},day:{state:!0},verified:{state:!0},busy:{state:!0}}}willUpdate(e){let s=this.store.overview?.journal.records;(e.has("path")||e.has("kind")||e.has("day"))&&(this.records=void 0),(this.records===void 0||s!==this.seen&&this.records.length<=ut)&&(this.seen=s,this.more(!0))}asked(){let e=new Date().setHours(0,0,0,0)/1e3;return{...{any_day:{},today:{since:e},yesterday:{since:e-86400,until:e},week:{since:e-6*86400}}[this.day],...this.path?{asset_id:this.path}:{},...this.kind?{actions:mt[this.kind]}:{}}}async more(e=!1){let s=++this.turn,i=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:ut,...e||this.older===null?{}:{before:this.older}}));s===this.turn&&(this.records=[...e?[]:this.records??[],...i?.records??[]],this.older=i?.before??null)}async verify(){this.busy=!0,this.verified=await this.attempt(()=>this.ask("journal/verify")),this.busy=!1}async export(){this.busy=!0;let e=[],s=null;do{let i=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:500,...s===null?{}:{before:s}}));if(!i)break;e.push(...i.records.map(r=>JSON.stringify(r))),s=i.before}while(s!==null&&e.length<It);this.busy=!1,de(`secure-hub-journal-${new Date().toISOString().slice(0,10)}.jsonl`,"application/jsonl",e.join(`
`)+`
`),this.frame.tell(this.words.n("exported",e.length))}render(){let{words:e,records:s}=this,i=o=>c=>Object.assign(this,{[o]:c.target.value}),r=this.path?this.store.rows.get(this.path):void 0;return a`<div class="stack">
      <div class="row">
        <select aria-label=${e.t("kind_of_entry")} @change=${i("kind")}>
          <option value="">${e.t("every_entry")}</option>
          ${Object.keys(mt).map(o=>a`<option value=${o}>${e.t(`entries_${o}`)}</option>`)}
        </select>
        <select aria-label=${e.t("day")} @change=${i("day")}>
          ${Vt.map(o=>a`<option value=${o}>${e.t(o)}</option>`)}
        </select>
        ${this.path?a`<span class="badge">${r?.name??e.t("gone_device")}</span> ${this.link("journal",e.t("every_device"))}`:d}
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
        ${s===void 0?a`<p role="status">${e.t("loading")}</p>`:s.length?re(e,s):a`<p>${e.t(this.older===null?"journal_empty":"journal_search_on")}</p>`}
        ${this.older===null?d:a`<button @click=${()=>this.more()}>${e.t("older")}</button>`}
      </section>
    </div>`}static{this.styles=[f,ne]}};customElements.define("secure-hub-journal",Ce);var x=1e3,gt=300,W=26,Oe=class extends u{segments(){let t=new Map;for(let e of this.store.rows.values()){if(e.class==="service")continue;let s=e.coverage_reason.startsWith("zigbee")||!e.interfaces.length&&e.scopes.lan===void 0,i=e.interfaces.length?e.interfaces:[s?"":"?"];for(let r of i)t.set(r,[...t.get(r)??[],e])}return[...t].map(([e,s])=>({name:e,rows:s.sort((i,r)=>this.words.compare(i.name,r.name))})).sort((e,s)=>this.words.compare(e.name,s.name))}heading(t){if(t==="")return this.words.t("segment_radio");if(t==="?")return this.words.t("segment_unseen");let e=this.store.overview?.segments.some(s=>s.interface===t);return this.words.t(e?"segment_guarded":"segment_open",{name:t})}render(){let{words:t}=this,e=this.segments(),s=e.reduce((i,r)=>i+r.rows.length,0);return a`<div class="stack">
      <p class="muted">${t.t("map_means")}</p>
      ${s===0?a`<p class="card">${t.t("no_devices")}</p>`:s>gt?a`<p class="card">${t.t("map_too_large",{count:s})}</p>`:a`<div class="card map" tabindex="0" role="group" aria-label=${t.t("tab_network")}>${this.map(e)}</div>`}
      <div class="cards">
        ${e.map(i=>a`<section class="card">
            <h2>${this.heading(i.name)}</h2>
            <ul>
              ${i.rows.slice(0,gt).map(r=>a`<li>
                ${this.link(`device/${r.id}`,r.name)}
                ${r.scopes.internet?a`<span class="muted">${t.t(this.open(r)?"reaches_internet":"reaches_not")}</span>`:d}
                ${r.standing==="admitted"?d:this.standing(r)}
              </li>`)}
            </ul>
          </section>`)}
      </div>
    </div>`}open(t){let e=t.scopes.internet;return e!==void 0&&(e.enforced==="not_enforceable"||e.enforced==="monitored"||e.decision==="allow")}map(t){let{words:e}=this,s=Math.floor((x-180)/(W*1.6)),i=70,r=t.map(o=>{let c=Math.ceil(o.rows.length/s),l={segment:o,top:i,height:44+c*W*1.6};return i+=l.height+16,l});return a`<svg viewBox="0 0 ${x} ${i}" role="img" aria-label=${e.t("map_label",{count:t.length})}>
      <text x="20" y="14" class="place">Secure Hub</text>
      <text x="${x-20}" y="30" class="place end">${e.scope("internet")}</text>
      <line x1="${x-50}" y1="40" x2="${x-50}" y2=${i} class="wan" />
      <line x1="40" y1="24" x2="40" y2=${i-16} class="trunk" />
      ${r.map(({segment:o,top:c,height:l})=>{let p=o.rows.some(h=>this.open(h));return te`<g>
          <line x1="40" y1=${c+l/2} x2="70" y2=${c+l/2} class="trunk" />
          ${p?te`<line x1=${x-100} y1=${c+l/2} x2=${x-50} y2=${c+l/2} class="wan" />`:d}
          <rect x="70" y=${c} width=${x-170} height=${l} rx="12" />
          <text x="86" y=${c+24}>${this.heading(o.name)} (${o.rows.length})</text>
          ${o.rows.map((h,g)=>{let $=96+g%s*W*1.6,m=c+54+Math.floor(g/s)*W*1.6;return te`<g class="dot ${h.standing} ${this.open(h)?"open":""}" @click=${()=>this.frame.go(`device/${h.id}`)}>
              <title>${h.name}: ${e.t(`standing_${h.standing}`)}, ${e.t(this.open(h)?"reaches_internet":"reaches_not")}</title>
              <circle cx=${$} cy=${m} r=${W/2} />
              <text x=${$} y=${m+5}>${h.name.slice(0,2)}</text>
            </g>`})}
        </g>`})}
    </svg>`}static{this.styles=[f,v`
      .map {
        overflow: auto;
      }
      svg {
        width: 100%;
        min-width: 560px;
        max-height: 70vh;
        font-size: 14px;
      }
      svg text {
        fill: var(--primary-text-color);
      }
      .place {
        font-weight: 500;
      }
      .place.end {
        text-anchor: end;
      }
      rect {
        fill: none;
        stroke: var(--line);
        stroke-width: 1.5;
      }
      .trunk {
        stroke: var(--primary-text-color);
        stroke-width: 3;
      }
      .wan {
        stroke: var(--primary-color);
        stroke-width: 2;
        stroke-dasharray: 6 4;
      }
      .dot {
        cursor: pointer;
      }
      .dot circle {
        fill: var(--card-background-color);
        stroke: var(--state);
        stroke-width: 3;
      }
      .dot:not(.open) circle {
        stroke-dasharray: 4 3;
      }
      .dot text {
        text-anchor: middle;
        font-size: 11px;
        pointer-events: none;
      }
      ul {
        list-style: none;
        padding: 0;
        margin: 8px 0 0;
        max-height: 420px;
        overflow: auto;
      }
      li {
        padding: 4px 0;
      }
    `]}};customElements.define("secure-hub-network",Oe);var Bt=20,je=class extends u{constructor(){super();this.seen="";this.onKey=e=>this.key(e);Object.assign(this,{answered:[],current:0,marked:new Set})}static{this.properties={waiting:{state:!0},answered:{state:!0},current:{state:!0},marked:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen="",window.addEventListener("keydown",this.onKey)}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener("keydown",this.onKey)}willUpdate(e){let s=JSON.stringify(this.store.overview?.requests);s!==this.seen&&(this.seen=s,this.read())}async read(){let e=await this.attempt(()=>this.ask("requests/list",{answered:Bt}));e&&(this.waiting=e.requests.sort((s,i)=>Number(i.urgent)-Number(s.urgent)||s.first-i.first),this.answered=e.answered,this.current=Math.max(0,Math.min(this.current,this.waiting.length-1)),this.marked=new Set([...this.marked].filter(s=>e.requests.some(i=>i.id===s))))}key(e){let s=e.composedPath()[0];if(e.ctrlKey||e.metaKey||e.altKey||/^(INPUT|SELECT|TEXTAREA)$/.test(s.tagName))return;let i=this.waiting?.[this.current],r={j:1,k:-1};if(e.key in r)this.current=Math.max(0,Math.min((this.waiting?.length??1)-1,this.current+r[e.key])),this.updateComplete.then(()=>this.renderRoot.querySelector("article[aria-current]")?.focus());else if(e.key==="x"&&i)this.mark(i);else if(e.key==="a"&&i)this.answerAll(this.concerned(i),"always");else if(e.key==="d"&&i)this.answerAll(this.concerned(i),"deny");else return;e.preventDefault(),e.stopPropagation()}concerned(e){let s=(this.waiting??[]).filter(i=>this.marked.has(i.id));return s.length?s:[e]}mark(e){let s=new Set(this.marked);s.delete(e.id)||s.add(e.id),this.marked=s}async answerAll(e,s){let{words:i}=this;if(s==="quarantine"){let l=i.list(e.map(h=>h.asset??i.t("gone_device")));if(!await this.frame.confirm({title:i.n("quarantine_sure",e.length,{name:l}),body:i.t("quarantine_means"),confirm:i.t("quarantine"),danger:!0}))return}let r=0,o=new Set;for(let l of e)try{await this.ask("requests/answer",{request_id:l.id,answer:s}),r++}catch(p){o.add(i.failure(p))}let c=r?[i.n("was_answered",r,{name:e[0]?.asset,answer:i.t(`answer_${s}`)})]:[];o.size&&c.push(i.n("not_done",e.length-r,{reason:[...o].join(" ")})),this.frame.tell(c.join(" ")),await this.read()}render(){let{words:e,waiting:s}=this;if(!s)return a`<p role="status">${e.t("loading")}</p>`;let i=s.filter(r=>this.marked.has(r.id));return a`<div class="stack">
      <div class="row between">
        <h2>${e.t("requests_wait")}</h2>
        ${i.length?a`<div class="row">
              <span>${e.n("marked",i.length)}</span>
              <button class="main" @click=${()=>this.answerAll(i,"always")}>${e.t("answer_always")}</button>
              <button @click=${()=>this.answerAll(i,"deny")}>${e.t("answer_deny")}</button>
            </div>`:d}
      </div>
      ${s.length?a`<p class="muted">${e.t("requests_keys")}</p>
            <div class="cards">${s.map((r,o)=>this.card(r,o))}</div>`:a`<p class="card">${e.t("requests_none")}</p>`}
      ${this.answered.length?a`<section class="card" aria-labelledby="answered">
            <h2 id="answered">${e.t("requests_answered")}</h2>
            <ul>
              ${this.answered.map(r=>a`<li>
                  ${r.settled===null?d:a`<span class="muted">${e.time(r.settled)}</span>`}
                  ${this.title_of(r)} ${r.answer?a`<strong>${e.t(`answer_${r.answer}`)}</strong>`:d}
                </li>`)}
            </ul>
          </section>`:d}
    </div>`}title_of(e){return this.words.t(`request_${e.kind}`,{name:e.asset??this.words.t("gone_device")})}card(e,s){let{words:i}=this;return a`<article
      class="card"
      tabindex="-1"
      aria-current=${s===this.current?"true":d}
      @focusin=${()=>this.current=s}
    >
      <div class="row between">
        <h3>${this.title_of(e)}</h3>
        <input type="checkbox" aria-label=${i.t("mark",{name:e.asset})} .checked=${this.marked.has(e.id)} @change=${()=>this.mark(e)} />
      </div>
      ${e.urgent?a`<p><span class="badge deny">${i.t("request_urgent")}</span></p>`:d}
      ${e.wants.length?a`<ul>
            ${e.wants.map(r=>a`<li>
                ${i.scope(r.scope)}: <strong>${r.description}</strong>
                ${r.used_by.length?a`<span class="muted">${i.t("request_also",{names:i.list(r.used_by.slice(0,5))})}</span>`:d}
              </li>`)}
            ${e.more?a`<li>${i.n("and_more",e.more)}</li>`:d}
          </ul>`:d}
      ${e.detail?a`<p class="muted">${e.detail}</p>`:d}
      <p class="muted">
        ${i.n("request_asked",e.count,{time:i.time(e.last)})} ${i.t("request_until",{time:i.time(e.expires)})}
      </p>
      ${e.agreed.length?a`<p class="note held">${i.t("request_second")}</p>`:d}
      <div class="row">
        ${e.answers.map(r=>a`<button
            class=${r==="always"?"main":r==="quarantine"?"danger":""}
            @click=${()=>this.answerAll([e],r)}
          >
            ${i.t(`answer_${r}`)}
          </button>`)}
      </div>
      <p>${this.link(`device/${e.asset_id}`,i.t("more_about_it"))}</p>
    </article>`}static{this.styles=[f,v`
      article[aria-current] {
        border-color: var(--primary-color);
        box-shadow: inset 4px 0 0 var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-requests",je);var Me=class extends u{render(){let{words:t}=this,{overview:e}=this.store;return e?a`<div class="stack">
      ${e.trial_ends===null?d:a`<section class="card row between" role="alert">
            <p>${t.t("trial_means")}</p>
            <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${t.t("trial_keep")}</button>
          </section>`}
      <div class="cards">
        ${this.choice("mode",e.mode,["monitor","enforce"],s=>t.option("mode",s))}
        ${this.choice("newcomers",e.newcomers,["hold","allow"],s=>t.option("newcomers",s))}
        ${this.choice("profile",e.home_profile,j.filter(s=>s!=="default"),s=>t.profile(s))}
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
    </div>`:d}choice(t,e,s,i){let{words:r}=this;return a`<fieldset class="card">
      <legend><h2>${r.t(`setting_${t}`)}</h2></legend>
      <p>${r.t(`setting_${t}_means`)}</p>
      ${s.map(o=>a`<label class="row">
          <input
            type="radio"
            name=${t}
            value=${o}
            .checked=${o===e}
            @change=${()=>this.set(t,o,e)}
          />${i(o)}
        </label>`)}
    </fieldset>`}async set(t,e,s){let{words:i}=this,r=await this.attempt(()=>this.ask("set_home",{[t]:e}));r&&this.frame.tell(i.t(r.trial_ends===null?"setting_done":"trial_means"),()=>this.ask("set_home",{[t]:s})),this.requestUpdate()}async lockdown(t){let{words:e}=this;(t.lockdown||await this.frame.confirm({title:e.t("lockdown_sure"),body:e.t("lockdown_means"),confirm:e.t("lockdown_begin"),danger:!0}))&&await this.set("lockdown",!t.lockdown,t.lockdown)}static{this.styles=[f,v`
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
    `]}};customElements.define("secure-hub-settings",Me);var ft=["overdue","updating","update_available","end_of_support","unsupported","unknown","up_to_date"],qe=class extends u{constructor(){super();this.seen="";this.rollouts=[]}static{this.properties={updates:{state:!0},rollouts:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let s=JSON.stringify([this.store.overview?.updates,this.store.overview?.counts.governed]);s!==this.seen&&(this.seen=s,this.read())}async read(){let e=[],s=null;do{let i=await this.attempt(()=>this.ask("updates/list",s===null?{}:{after:s}));if(!i)break;e.push(...i.devices),s===null&&(this.rollouts=i.rollouts),s=i.after}while(s!==null);this.updates=e.sort((i,r)=>ft.indexOf(i.status)-ft.indexOf(r.status)||this.words.compare(i.asset,r.asset))}render(){let{words:e,updates:s}=this;if(!s)return a`<p role="status">${e.t("loading")}</p>`;let i=s.filter(r=>r.status==="overdue"||r.status==="update_available");return a`<div class="stack">
      <div class="row between">
        <h2>${i.length?e.n("updates_wait",i.length):e.t("updates_none")}</h2>
        ${i.length?a`<button class="main" @click=${()=>this.install()}>${e.t("install_all")}</button>`:d}
      </div>
      ${this.rollouts.map(r=>this.rollout(r))}
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
            ${s.map(r=>this.line(r))}
          </tbody>
        </table>
        ${s.length?d:a`<p>${e.t("no_devices")}</p>`}
      </div>
    </div>`}line(e){let{words:s}=this,i=e.status==="overdue"||e.status==="update_available";return a`<tr>
      <td>${this.link(`device/${e.asset_id}`,e.asset)}</td>
      <td>
        <span class="badge ${{overdue:"deny",update_available:"ask",updating:"ask",up_to_date:"allow"}[e.status]??""}"
          >${s.firmware(e.status)}</span
        >
        <span class="muted">${s.firmware_why(e.why)}${e.snoozed_until?` (${s.time(e.snoozed_until)})`:""}</span>
      </td>
      <td>${e.version??"–"}${e.latest&&e.latest!==e.version?a` → <strong>${e.latest}</strong>`:d}</td>
      <td>${e.deadline===null?"–":s.time(e.deadline,{dateStyle:"medium"})}</td>
      <td>
        ${i?a`<button aria-label=${s.t("install_on",{name:e.asset})} @click=${()=>this.install(e)}>${s.t("install")}</button>`:d}
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
          ${e.devices.map(i=>a`<li>
              ${i.asset??s.t("gone_device")} ${i.version}: ${s.t(`rollout_${i.state}`)}
              <span class="muted">${s.t("ring",{number:i.ring+1})}${i.reason?`, ${i.reason.replaceAll("_"," ")}`:""}</span>
            </li>`)}
        </ul>
      </details>
    </section>`}async install(e){let{words:s}=this;if(!await this.frame.confirm({title:e?s.t("install_on",{name:e.asset}):s.t("install_all"),body:s.t("install_means"),confirm:s.t("install")}))return;let r=await this.attempt(()=>this.ask("updates/install",e?{asset_ids:[e.asset_id],now:!0,confirm:!0}:{}));if(!r)return;let o=Object.keys(r.installing).length,c=Object.values(r.left_out),l=[s.n("was_ordered",o)];if(c.length){let p=s.list([...new Set(c)].map(h=>s.t(`left_out_${h}`)));l.push(s.n("was_left_out",c.length,{reason:p}))}this.frame.tell(l.join(" ")),await this.read()}static{this.styles=[f,v`
      progress {
        flex: 1 1 160px;
        accent-color: var(--primary-color);
      }
    `]}};customElements.define("secure-hub-updates",qe);var ce=[{name:"",element:"secure-hub-home"},{name:"devices",element:"secure-hub-devices"},{name:"device",element:"secure-hub-device",tab:"devices"},{name:"requests",element:"secure-hub-requests",count:n=>n.requests.pending},{name:"incidents",element:"secure-hub-incidents",count:n=>n.incidents.open},{name:"updates",element:"secure-hub-updates",count:n=>n.updates.overdue},{name:"network",element:"secure-hub-network"},{name:"journal",element:"secure-hub-journal"},{name:"settings",element:"secure-hub-settings"}],vt=ce.filter(n=>!n.tab);var zt=["common","exceptions","selector","entity"],wt="entity.select.internet.state_attributes",Wt=["common.standing_","common.answer_","selector.scope.options.","selector.profile.options.","selector.finding_kind.options.","selector.playbook.options.",`${wt}.decision.state.`],$t=1e3,bt=["byte","kilobyte","megabyte","gigabyte","terabyte"],pe=class n{constructor(t){this.language=t;this.texts={}}static async load(t){let e=new n(t.locale?.language??t.language),s=await Promise.all(zt.map(i=>t.callWS({type:"frontend/get_translations",language:e.language,category:i,integration:"secure_hub"})));for(let{resources:i}of s)Object.assign(e.texts,i);return e}find(t,e={}){return this.texts[`component.secure_hub.${t}`]?.replace(/\{(\w+)\}/g,(s,i)=>String(e[i]??""))}t(t,e){return this.find(`common.${t}`,e)??t.replaceAll("_"," ")}n(t,e,s={}){return this.t(`${t}_${e===1?"one":"other"}`,{...s,count:e})}scope(t){return this.find(`selector.scope.options.${t}`)??t}profile(t){return this.find(`selector.profile.options.${t}`)??t}option(t,e){return this.find(`selector.${t}.options.${e}`)??e}attribute(t,e){return this.find(`${wt}.${t}.state.${e}`)??e.replaceAll("_"," ")}decision(t){return this.attribute("decision",t)}reason(t){return this.attribute("reason",t)}enforced(t){return this.attribute("enforced",t)}coverage(t){return this.attribute("coverage",t)}why(t){return this.attribute("coverage_reason",t)}firmware(t){return this.find(`entity.sensor.firmware_status.state.${t}`)??t.replaceAll("_"," ")}firmware_why(t){return this.find(`entity.sensor.firmware_status.state_attributes.why.state.${t}`)??t.replaceAll("_"," ")}value(t){for(let e of Wt){let s=this.find(e+t);if(s)return s}return/^[a-z_]+$/.test(t)?t.replaceAll("_"," "):t}because(t){let e=`because_${t}`;return this.find(`common.${e}`)??t}failure(t){let e=t,s=e?.translation_key;return(s?this.find(`exceptions.${s}.message`,e?.translation_placeholders??{}):void 0)??e?.message??String(t)}time(t,e={dateStyle:"medium",timeStyle:"short"}){return new Intl.DateTimeFormat(this.language,e).format(t*1e3)}number(t,e={}){return new Intl.NumberFormat(this.language,e).format(t)}bytes(t){let e=t<1?0:Math.min(bt.length-1,Math.floor(Math.log(t)/Math.log($t)));return this.number(t/$t**e,{style:"unit",unit:bt[e],maximumSignificantDigits:3})}list(t){return new Intl.ListFormat(this.language).format(t)}compare(t,e){return t.localeCompare(e,this.language,{numeric:!0,sensitivity:"base"})}scopes(t){return this.list(t.map(e=>this.scope(e)))}};var Jt=12e3,De=class extends w{constructor(){super();this.store=new ie(()=>this.hass);this.parts=new M;this.tick=0,this.store.addEventListener("changed",()=>this.tick++)}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},words:{state:!0},question:{state:!0},news:{state:!0},tick:{state:!0}}}connectedCallback(){super.connectedCallback(),this.store.start(),this.read()}disconnectedCallback(){super.disconnectedCallback(),this.store.stop()}async read(){for(;!this.hass;)await new Promise(e=>setTimeout(e,20));this.words=await pe.load(this.hass)}go(e){history.pushState(null,"",`/secure-hub/${e}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}confirm(e){return new Promise(s=>{this.question={...e,answer:s}})}tell(e,s){clearTimeout(this.timer),this.news=s?{text:e,undo:s}:{text:e},this.timer=setTimeout(()=>this.news=void 0,Jt)}async undo(){let e=this.news?.undo,{words:s}=this;if(!(!e||!s))try{await e(),this.tell(s.t("undone"))}catch(i){this.tell(s.failure(i))}}answer(e){this.question?.answer(e),this.question=void 0}updated(){let e=this.renderRoot.querySelector("dialog");this.question&&e&&!e.open&&e.showModal()}render(){let{words:e}=this;if(!e)return d;let[s="",...i]=(this.route?.path??location.pathname.replace("/secure-hub","")).replace(/^\//,"").split("/"),r=ce.find(o=>o.name===s)??ce[0];return a`
      <header>
        <button class="menu" aria-label=${e.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${e.t("views")}>
          ${vt.map(o=>{let c=this.store.overview&&o.count?.(this.store.overview)||0;return a`<a
                href="/secure-hub/${o.name}"
                aria-current=${o.name===(r.tab??r.name)?"page":d}
                @click=${l=>{l.preventDefault(),this.go(o.name)}}
                >${e.t(`tab_${o.name||"home"}`)}${c?a`<span class="count">${c}</span>`:d}</a
              >`})}
        </nav>
      </header>
      <main>${this.body(r.element,decodeURIComponent(i.join("/")))}</main>
      ${this.asked(e)}
      <div class="news" role="status">
        ${this.news?a`<div>
              <span>${this.news.text}</span>
              ${this.news.undo?a`<button @click=${()=>this.undo()}>${e.t("undo")}</button>`:d}
              <button aria-label=${e.t("close")} @click=${()=>this.news=void 0}>✕</button>
            </div>`:d}
      </div>
    `}body(e,s){let i=this.words;return this.store.condition==="stopped"?a`<section class="card state" role="alert">
        <h2>${i.t("not_running")}</h2>
        <p>${i.failure(this.store.trouble??{message:i.t("not_running_why")})}</p>
        <p>
          ${i.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${i.t("open_settings")}</a>
        </p>
      </section>`:this.store.condition==="loading"?a`<p class="state" role="status">${i.t("loading")}</p>`:this.parts.show(e,{hass:this.hass,store:this.store,words:i,frame:this,path:s})}asked(e){let{question:s}=this;return s?a`<dialog aria-labelledby="question" @close=${()=>this.answer(!1)}>
      <h2 id="question">${s.title}</h2>
      <div class="body">${s.body}</div>
      <div class="row end">
        <button @click=${()=>this.answer(!1)}>${e.t("cancel")}</button>
        <button class=${s.danger?"danger":"main"} autofocus @click=${()=>this.answer(!0)}>
          ${s.confirm}
        </button>
      </div>
    </dialog>`:d}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[f,v`
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
    `]}};customElements.define("secure-hub-panel",De);
