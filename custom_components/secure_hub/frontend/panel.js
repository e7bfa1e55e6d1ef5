var B=globalThis,z=B.ShadowRoot&&(B.ShadyCSS===void 0||B.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,ae=Symbol(),Re=new WeakMap,M=class{constructor(s,e,t){if(this._$cssResult$=!0,t!==ae)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=s,this.t=e}get styleSheet(){let s=this.o,e=this.t;if(z&&s===void 0){let t=e!==void 0&&e.length===1;t&&(s=Re.get(e)),s===void 0&&((this.o=s=new CSSStyleSheet).replaceSync(this.cssText),t&&Re.set(e,s))}return s}toString(){return this.cssText}},Ae=o=>new M(typeof o=="string"?o:o+"",void 0,ae),g=(o,...s)=>{let e=o.length===1?o[0]:s.reduce((t,i,n)=>t+(r=>{if(r._$cssResult$===!0)return r.cssText;if(typeof r=="number")return r;throw Error("Value passed to 'css' function must be a 'css' function result: "+r+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+o[n+1],o[0]);return new M(e,o,ae)},Ee=(o,s)=>{if(z)o.adoptedStyleSheets=s.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of s){let t=document.createElement("style"),i=B.litNonce;i!==void 0&&t.setAttribute("nonce",i),t.textContent=e.cssText,o.appendChild(t)}},oe=z?o=>o:o=>o instanceof CSSStyleSheet?(s=>{let e="";for(let t of s.cssRules)e+=t.cssText;return Ae(e)})(o):o;var{is:nt,defineProperty:rt,getOwnPropertyDescriptor:at,getOwnPropertyNames:ot,getOwnPropertySymbols:lt,getPrototypeOf:dt}=Object,W=globalThis,Te=W.trustedTypes,ct=Te?Te.emptyScript:"",pt=W.reactiveElementPolyfillSupport,U=(o,s)=>o,le={toAttribute(o,s){switch(s){case Boolean:o=o?ct:null;break;case Object:case Array:o=o==null?o:JSON.stringify(o)}return o},fromAttribute(o,s){let e=o;switch(s){case Boolean:e=o!==null;break;case Number:e=o===null?null:Number(o);break;case Object:case Array:try{e=JSON.parse(o)}catch{e=null}}return e}},Ce=(o,s)=>!nt(o,s),Pe={attribute:!0,type:String,converter:le,reflect:!1,useDefault:!1,hasChanged:Ce};Symbol.metadata??=Symbol("metadata"),W.litPropertyMetadata??=new WeakMap;var _=class extends HTMLElement{static addInitializer(s){this._$Ei(),(this.l??=[]).push(s)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(s,e=Pe){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(s)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(s,e),!e.noAccessor){let t=Symbol(),i=this.getPropertyDescriptor(s,t,e);i!==void 0&&rt(this.prototype,s,i)}}static getPropertyDescriptor(s,e,t){let{get:i,set:n}=at(this.prototype,s)??{get(){return this[e]},set(r){this[e]=r}};return{get:i,set(r){let c=i?.call(this);n?.call(this,r),this.requestUpdate(s,c,t)},configurable:!0,enumerable:!0}}static getPropertyOptions(s){return this.elementProperties.get(s)??Pe}static _$Ei(){if(this.hasOwnProperty(U("elementProperties")))return;let s=dt(this);s.finalize(),s.l!==void 0&&(this.l=[...s.l]),this.elementProperties=new Map(s.elementProperties)}static finalize(){if(this.hasOwnProperty(U("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(U("properties"))){let e=this.properties,t=[...ot(e),...lt(e)];for(let i of t)this.createProperty(i,e[i])}let s=this[Symbol.metadata];if(s!==null){let e=litPropertyMetadata.get(s);if(e!==void 0)for(let[t,i]of e)this.elementProperties.set(t,i)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let i=this._$Eu(e,t);i!==void 0&&this._$Eh.set(i,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(s){let e=[];if(Array.isArray(s)){let t=new Set(s.flat(1/0).reverse());for(let i of t)e.unshift(oe(i))}else s!==void 0&&e.push(oe(s));return e}static _$Eu(s,e){let t=e.attribute;return t===!1?void 0:typeof t=="string"?t:typeof s=="string"?s.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(s=>this.enableUpdating=s),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(s=>s(this))}addController(s){(this._$EO??=new Set).add(s),this.renderRoot!==void 0&&this.isConnected&&s.hostConnected?.()}removeController(s){this._$EO?.delete(s)}_$E_(){let s=new Map,e=this.constructor.elementProperties;for(let t of e.keys())this.hasOwnProperty(t)&&(s.set(t,this[t]),delete this[t]);s.size>0&&(this._$Ep=s)}createRenderRoot(){let s=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Ee(s,this.constructor.elementStyles),s}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(s=>s.hostConnected?.())}enableUpdating(s){}disconnectedCallback(){this._$EO?.forEach(s=>s.hostDisconnected?.())}attributeChangedCallback(s,e,t){this._$AK(s,t)}_$ET(s,e){let t=this.constructor.elementProperties.get(s),i=this.constructor._$Eu(s,t);if(i!==void 0&&t.reflect===!0){let n=(t.converter?.toAttribute!==void 0?t.converter:le).toAttribute(e,t.type);this._$Em=s,n==null?this.removeAttribute(i):this.setAttribute(i,n),this._$Em=null}}_$AK(s,e){let t=this.constructor,i=t._$Eh.get(s);if(i!==void 0&&this._$Em!==i){let n=t.getPropertyOptions(i),r=typeof n.converter=="function"?{fromAttribute:n.converter}:n.converter?.fromAttribute!==void 0?n.converter:le;this._$Em=i;let c=r.fromAttribute(e,n.type);this[i]=c??this._$Ej?.get(i)??c,this._$Em=null}}requestUpdate(s,e,t,i=!1,n){if(s!==void 0){let r=this.constructor;if(i===!1&&(n=this[s]),t??=r.getPropertyOptions(s),!((t.hasChanged??Ce)(n,e)||t.useDefault&&t.reflect&&n===this._$Ej?.get(s)&&!this.hasAttribute(r._$Eu(s,t))))return;this.C(s,e,t)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(s,e,{useDefault:t,reflect:i,wrapped:n},r){t&&!(this._$Ej??=new Map).has(s)&&(this._$Ej.set(s,r??e??this[s]),n!==!0||r!==void 0)||(this._$AL.has(s)||(this.hasUpdated||t||(e=void 0),this._$AL.set(s,e)),i===!0&&this._$Em!==s&&(this._$Eq??=new Set).add(s))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let s=this.scheduleUpdate();return s!=null&&await s,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,n]of this._$Ep)this[i]=n;this._$Ep=void 0}let t=this.constructor.elementProperties;if(t.size>0)for(let[i,n]of t){let{wrapped:r}=n,c=this[i];r!==!0||this._$AL.has(i)||c===void 0||this.C(i,void 0,n,c)}}let s=!1,e=this._$AL;try{s=this.shouldUpdate(e),s?(this.willUpdate(e),this._$EO?.forEach(t=>t.hostUpdate?.()),this.update(e)):this._$EM()}catch(t){throw s=!1,this._$EM(),t}s&&this._$AE(e)}willUpdate(s){}_$AE(s){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(s)),this.updated(s)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(s){return!0}update(s){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(s){}firstUpdated(s){}};_.elementStyles=[],_.shadowRootOptions={mode:"open"},_[U("elementProperties")]=new Map,_[U("finalized")]=new Map,pt?.({ReactiveElement:_}),(W.reactiveElementVersions??=[]).push("2.1.2");var ce=globalThis,Oe=o=>o,F=ce.trustedTypes,qe=F?F.createPolicy("lit-html",{createHTML:o=>o}):void 0,pe="$lit$",y=`lit$${Math.random().toFixed(9).slice(2)}$`,he="?"+y,ht=`<${he}>`,R=document,D=()=>R.createComment(""),H=o=>o===null||typeof o!="object"&&typeof o!="function",ue=Array.isArray,He=o=>ue(o)||typeof o?.[Symbol.iterator]=="function",de=`[ 	
\f\r]`,L=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,je=/-->/g,Me=/>/g,k=RegExp(`>|${de}(?:([^\\s"'>=/]+)(${de}*=${de}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Ue=/'/g,Le=/"/g,Ne=/^(?:script|style|textarea|title)$/i,me=o=>(s,...e)=>({_$litType$:o,strings:s,values:e}),a=me(1),Y=me(2),Et=me(3),w=Symbol.for("lit-noChange"),d=Symbol.for("lit-nothing"),De=new WeakMap,S=R.createTreeWalker(R,129);function Ie(o,s){if(!ue(o)||!o.hasOwnProperty("raw"))throw Error("invalid template strings array");return qe!==void 0?qe.createHTML(s):s}var Ve=(o,s)=>{let e=o.length-1,t=[],i,n=s===2?"<svg>":s===3?"<math>":"",r=L;for(let c=0;c<e;c++){let l=o[c],p,h,m=-1,v=0;for(;v<l.length&&(r.lastIndex=v,h=r.exec(l),h!==null);)v=r.lastIndex,r===L?h[1]==="!--"?r=je:h[1]!==void 0?r=Me:h[2]!==void 0?(Ne.test(h[2])&&(i=RegExp("</"+h[2],"g")),r=k):h[3]!==void 0&&(r=k):r===k?h[0]===">"?(r=i??L,m=-1):h[1]===void 0?m=-2:(m=r.lastIndex-h[2].length,p=h[1],r=h[3]===void 0?k:h[3]==='"'?Le:Ue):r===Le||r===Ue?r=k:r===je||r===Me?r=L:(r=k,i=void 0);let u=r===k&&o[c+1].startsWith("/>")?" ":"";n+=r===L?l+ht:m>=0?(t.push(p),l.slice(0,m)+pe+l.slice(m)+y+u):l+y+(m===-2?c:u)}return[Ie(o,n+(o[e]||"<?>")+(s===2?"</svg>":s===3?"</math>":"")),t]},N=class o{constructor({strings:s,_$litType$:e},t){let i;this.parts=[];let n=0,r=0,c=s.length-1,l=this.parts,[p,h]=Ve(s,e);if(this.el=o.createElement(p,t),S.currentNode=this.el.content,e===2||e===3){let m=this.el.content.firstChild;m.replaceWith(...m.childNodes)}for(;(i=S.nextNode())!==null&&l.length<c;){if(i.nodeType===1){if(i.hasAttributes())for(let m of i.getAttributeNames())if(m.endsWith(pe)){let v=h[r++],u=i.getAttribute(m).split(y),C=/([.?@])?(.*)/.exec(v);l.push({type:1,index:n,name:C[2],strings:u,ctor:C[1]==="."?K:C[1]==="?"?G:C[1]==="@"?Q:E}),i.removeAttribute(m)}else m.startsWith(y)&&(l.push({type:6,index:n}),i.removeAttribute(m));if(Ne.test(i.tagName)){let m=i.textContent.split(y),v=m.length-1;if(v>0){i.textContent=F?F.emptyScript:"";for(let u=0;u<v;u++)i.append(m[u],D()),S.nextNode(),l.push({type:2,index:++n});i.append(m[v],D())}}}else if(i.nodeType===8)if(i.data===he)l.push({type:2,index:n});else{let m=-1;for(;(m=i.data.indexOf(y,m+1))!==-1;)l.push({type:7,index:n}),m+=y.length-1}n++}}static createElement(s,e){let t=R.createElement("template");return t.innerHTML=s,t}};function A(o,s,e=o,t){if(s===w)return s;let i=t!==void 0?e._$Co?.[t]:e._$Cl,n=H(s)?void 0:s._$litDirective$;return i?.constructor!==n&&(i?._$AO?.(!1),n===void 0?i=void 0:(i=new n(o),i._$AT(o,e,t)),t!==void 0?(e._$Co??=[])[t]=i:e._$Cl=i),i!==void 0&&(s=A(o,i._$AS(o,s.values),i,t)),s}var J=class{constructor(s,e){this._$AV=[],this._$AN=void 0,this._$AD=s,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(s){let{el:{content:e},parts:t}=this._$AD,i=(s?.creationScope??R).importNode(e,!0);S.currentNode=i;let n=S.nextNode(),r=0,c=0,l=t[0];for(;l!==void 0;){if(r===l.index){let p;l.type===2?p=new O(n,n.nextSibling,this,s):l.type===1?p=new l.ctor(n,l.name,l.strings,this,s):l.type===6&&(p=new X(n,this,s)),this._$AV.push(p),l=t[++c]}r!==l?.index&&(n=S.nextNode(),r++)}return S.currentNode=R,i}p(s){let e=0;for(let t of this._$AV)t!==void 0&&(t.strings!==void 0?(t._$AI(s,t,e),e+=t.strings.length-2):t._$AI(s[e])),e++}},O=class o{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(s,e,t,i){this.type=2,this._$AH=d,this._$AN=void 0,this._$AA=s,this._$AB=e,this._$AM=t,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let s=this._$AA.parentNode,e=this._$AM;return e!==void 0&&s?.nodeType===11&&(s=e.parentNode),s}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(s,e=this){s=A(this,s,e),H(s)?s===d||s==null||s===""?(this._$AH!==d&&this._$AR(),this._$AH=d):s!==this._$AH&&s!==w&&this._(s):s._$litType$!==void 0?this.$(s):s.nodeType!==void 0?this.T(s):He(s)?this.k(s):this._(s)}O(s){return this._$AA.parentNode.insertBefore(s,this._$AB)}T(s){this._$AH!==s&&(this._$AR(),this._$AH=this.O(s))}_(s){this._$AH!==d&&H(this._$AH)?this._$AA.nextSibling.data=s:this.T(R.createTextNode(s)),this._$AH=s}$(s){let{values:e,_$litType$:t}=s,i=typeof t=="number"?this._$AC(s):(t.el===void 0&&(t.el=N.createElement(Ie(t.h,t.h[0]),this.options)),t);if(this._$AH?._$AD===i)this._$AH.p(e);else{let n=new J(i,this),r=n.u(this.options);n.p(e),this.T(r),this._$AH=n}}_$AC(s){let e=De.get(s.strings);return e===void 0&&De.set(s.strings,e=new N(s)),e}k(s){ue(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,t,i=0;for(let n of s)i===e.length?e.push(t=new o(this.O(D()),this.O(D()),this,this.options)):t=e[i],t._$AI(n),i++;i<e.length&&(this._$AR(t&&t._$AB.nextSibling,i),e.length=i)}_$AR(s=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);s!==this._$AB;){let t=Oe(s).nextSibling;Oe(s).remove(),s=t}}setConnected(s){this._$AM===void 0&&(this._$Cv=s,this._$AP?.(s))}},E=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(s,e,t,i,n){this.type=1,this._$AH=d,this._$AN=void 0,this.element=s,this.name=e,this._$AM=i,this.options=n,t.length>2||t[0]!==""||t[1]!==""?(this._$AH=Array(t.length-1).fill(new String),this.strings=t):this._$AH=d}_$AI(s,e=this,t,i){let n=this.strings,r=!1;if(n===void 0)s=A(this,s,e,0),r=!H(s)||s!==this._$AH&&s!==w,r&&(this._$AH=s);else{let c=s,l,p;for(s=n[0],l=0;l<n.length-1;l++)p=A(this,c[t+l],e,l),p===w&&(p=this._$AH[l]),r||=!H(p)||p!==this._$AH[l],p===d?s=d:s!==d&&(s+=(p??"")+n[l+1]),this._$AH[l]=p}r&&!i&&this.j(s)}j(s){s===d?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,s??"")}},K=class extends E{constructor(){super(...arguments),this.type=3}j(s){this.element[this.name]=s===d?void 0:s}},G=class extends E{constructor(){super(...arguments),this.type=4}j(s){this.element.toggleAttribute(this.name,!!s&&s!==d)}},Q=class extends E{constructor(s,e,t,i,n){super(s,e,t,i,n),this.type=5}_$AI(s,e=this){if((s=A(this,s,e,0)??d)===w)return;let t=this._$AH,i=s===d&&t!==d||s.capture!==t.capture||s.once!==t.once||s.passive!==t.passive,n=s!==d&&(t===d||i);i&&this.element.removeEventListener(this.name,this,t),n&&this.element.addEventListener(this.name,this,s),this._$AH=s}handleEvent(s){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,s):this._$AH.handleEvent(s)}},X=class{constructor(s,e,t){this.element=s,this.type=6,this._$AN=void 0,this._$AM=e,this.options=t}get _$AU(){return this._$AM._$AU}_$AI(s){A(this,s)}},Be={M:pe,P:y,A:he,C:1,L:Ve,R:J,D:He,V:A,I:O,H:E,N:G,U:Q,B:K,F:X},ut=ce.litHtmlPolyfillSupport;ut?.(N,O),(ce.litHtmlVersions??=[]).push("3.3.3");var ze=(o,s,e)=>{let t=e?.renderBefore??s,i=t._$litPart$;if(i===void 0){let n=e?.renderBefore??null;t._$litPart$=i=new O(s.insertBefore(D(),n),n,void 0,e??{})}return i._$AI(o),i};var ge=globalThis,b=class extends _{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let s=super.createRenderRoot();return this.renderOptions.renderBefore??=s.firstChild,s}update(s){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(s),this._$Do=ze(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return w}};b._$litElement$=!0,b.finalized=!0,ge.litElementHydrateSupport?.({LitElement:b});var mt=ge.litElementPolyfillSupport;mt?.({LitElement:b});(ge.litElementVersions??=[]).push("4.2.2");var T=["internet","lan","peers","hub","control","report","share"],Z=["default","allow","ask","deny"],q=["default","trusted","local_only","cloud_only","restricted","ask"];function I(o,s,e={}){return o.callWS({type:`secure_hub/${s}`,...e})}var gt=2e3,ee=class extends EventTarget{constructor(e){super();this.hass=e;this.rows=new Map;this.condition="loading";this.version=0;this.frame=0;this.running=!1}start(){this.running=!0,this.follow()}stop(){this.running=!1,clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async follow(){try{this.end=await this.hass().connection.subscribeMessage(e=>this.take(e),{type:"secure_hub/subscribe"}),await this.read(),this.condition="ready",this.trouble=void 0}catch(e){this.trouble=e,this.condition="stopped",this.later()}this.tell()}async read(){let e=new Map;this.overview=await I(this.hass(),"overview");let t=null;do{let i=await I(this.hass(),"assets",t===null?{}:{after:t});for(let n of i.assets)e.set(n.id,n);t=i.after}while(t!==null);this.rows=e,this.version++}take(e){e.stopped&&(this.condition="stopped",this.later()),e.overview&&(this.overview=e.overview);for(let t of e.changed??[])this.rows.set(t.id,t);for(let t of e.gone??[])this.rows.delete(t);(e.changed||e.gone)&&this.version++,this.tell()}later(){clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0,this.running&&(this.timer=setTimeout(()=>{this.follow()},gt))}tell(){this.frame||(this.frame=requestAnimationFrame(()=>{this.frame=0,this.dispatchEvent(new Event("changed"))}))}};var f=g`
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
`;var P={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},We=o=>(...s)=>({_$litDirective$:o,values:s}),te=class{constructor(s){}get _$AU(){return this._$AM._$AU}_$AT(s,e,t){this._$Ct=s,this._$AM=e,this._$Ci=t}_$AS(s,e){return this.update(s,e)}update(s,e){return this.render(...e)}};var{I:Kt}=Be;var Fe=o=>o.strings===void 0;var ft={},Je=(o,s=ft)=>o._$AH=s;var Ke=We(class extends te{constructor(o){if(super(o),o.type!==P.PROPERTY&&o.type!==P.ATTRIBUTE&&o.type!==P.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!Fe(o))throw Error("`live` bindings can only contain a single expression")}render(o){return o}update(o,[s]){if(s===w||s===d)return s;let e=o.element,t=o.name;if(o.type===P.PROPERTY){if(s===e[t])return w}else if(o.type===P.BOOLEAN_ATTRIBUTE){if(!!s===e.hasAttribute(t))return w}else if(o.type===P.ATTRIBUTE&&e.getAttribute(t)===s+"")return w;return Je(o),s}});function se(o,s,e,t){let i=s.scopes[e];if(!i)return a`<span class="muted" title=${o.t("scope_not_for_it")}>–<span class="hidden-text">${o.t("scope_not_for_it")}</span></span>`;let n=i.enforced==="not_enforceable",r=o.t(`cell_${i.decision}`),c=[o.t("cell_label",{name:s.name,scope:o.scope(e),decision:o.decision(i.decision)}),o.t("cell_enforced",{enforced:o.enforced(i.enforced)}),i.exceptions?o.n("cell_exceptions",i.exceptions):""].filter(Boolean).join(" ");return a`<select
    class="${i.decision} ${i.said==="default"?"":"said"} ${i.enforced}"
    aria-label=${c}
    title=${c}
    .value=${Ke(i.said)}
    ?disabled=${s.protected!==null}
    @change=${l=>t(l.target.value)}
  >
    ${Z.map(l=>a`<option value=${l} ?selected=${l===i.said}>
          ${n&&l===i.said?"⊘ ":""}${l==="default"?`(${r})`:o.t(`cell_${l}`)}${l===i.said&&i.exceptions?" *":""}
        </option>`)}
  </select>`}function ie(o,s){let e=n=>n!==null&&typeof n=="object"?Object.entries(n).map(([r,c])=>`${r.replaceAll("_"," ")}: ${e(c)}`).join(", "):String(n),t=s.before===null&&s.after===null?d:a` <span>${s.before===null?"":`${e(s.before)} → `}<strong>${e(s.after)}</strong></span>`,i=s.details?e(s.details).slice(0,300):"";return a`<time class="muted" datetime=${new Date(s.time*1e3).toISOString()}>${o.time(s.time)}</time>
    <strong>${o.t(`did_${s.action}`)}</strong>${s.asset_id?a` <a href="/secure-hub/device/${s.asset_id}">${s.asset??o.t("gone_device")}</a>`:d}${t}
    <span class="muted">${o.t("did_by",{who:s.actor_name??(s.actor?o.t("gone_user"):"Secure Hub")})}${s.reason?` (${o.t(`because_${s.reason}`)})`:""}${i?`; ${i}`:""}</span>`}var $=class extends b{constructor(){super(...arguments);this.onChange=()=>this.changed()}static{this.properties={hass:{attribute:!1,hasChanged:()=>!1},store:{attribute:!1},words:{attribute:!1},frame:{attribute:!1},path:{}}}static{this.styles=[f]}connectedCallback(){super.connectedCallback(),this.store.addEventListener("changed",this.onChange)}disconnectedCallback(){super.disconnectedCallback(),this.store.removeEventListener("changed",this.onChange)}changed(){this.requestUpdate()}ask(e,t={}){return I(this.hass,e,t)}async attempt(e){try{return await e()}catch(t){this.frame.tell(this.words.failure(t));return}}outcome(e,t,i){if(!e)return;let n=Object.values(e.failed),r=e.done.length?[t(e.done.length)]:[];if(n.length){let c=[...new Set(n.map(l=>this.words.failure(l)))];r.push(this.words.n("not_done",n.length,{reason:c.slice(0,3).join(" ")}))}this.frame.tell(r.join(" "),e.done.length?i:void 0)}async quarantine(e,t){let{words:i}=this,n=i.list(e.slice(0,10).map(p=>p.name));if(!await this.frame.confirm({title:i.n("quarantine_sure",e.length,{name:n}),body:a`<p>${i.t("quarantine_means")}</p>
        ${e.some(p=>p.coverage!=="full")?a`<p class="note held">${i.t("quarantine_partly")}</p>`:d}
        ${e.length>1?a`<p>${n}${e.length>10?" …":""}</p>`:d}`,confirm:i.t("quarantine"),danger:!0}))return;let c=e.map(p=>p.id),l=await this.attempt(()=>this.ask("quarantine",{asset_ids:c,...t?{reason:t}:{}}));this.outcome(l,p=>i.n("was_quarantined",p,{name:n}),()=>this.ask("release",{asset_ids:(l?.done??[]).map(p=>c[p])}))}async release(e){let t=e.map(l=>l.id),i=this.words.list(e.slice(0,10).map(l=>l.name)),n=new Set(e.filter(l=>l.standing==="quarantined").map(l=>l.id)),r=await this.attempt(()=>this.ask("release",{asset_ids:t})),c=(r?.done??[]).map(l=>t[l]).filter(l=>l!==void 0&&n.has(l));this.outcome(r,l=>this.words.n("was_released",l,{name:i}),c.length?()=>this.ask("quarantine",{asset_ids:c}):void 0)}link(e,t){return a`<a
      href="/secure-hub/${e}"
      @click=${i=>{i.ctrlKey||i.metaKey||i.shiftKey||(i.preventDefault(),this.frame.go(e))}}
      >${t}</a
    >`}standing(e){let t=e.standing!=="admitted"!==e.contained&&e.coverage!=="none";return a`<span class="badge ${e.standing}"
      >${this.words.t(`standing_${e.standing}`)}${t?` (${this.words.enforced("pending")})`:""}</span
    >`}willUpdate(e){}};var $t=20,fe=class extends ${constructor(){super(...arguments);this.shown="";this.reading=0}static{this.properties={details:{state:!0},lines:{state:!0},missing:{state:!0}}}willUpdate(e){e.has("path")&&(this.details=this.lines=this.missing=void 0,this.shown="");let t=this.store.rows.get(this.path),i=JSON.stringify(t??null);i!==this.shown&&(this.shown=i,this.read())}async read(){let e=++this.reading,t=this.path;try{let i=await this.ask("asset",{asset_id:t}),n=await this.ask("journal",{asset_id:t,limit:$t});e===this.reading&&(this.details=i,this.lines=n.records)}catch(i){e===this.reading&&(this.missing=this.words.failure(i))}}render(){let{details:e,words:t}=this;return this.missing?a`<p class="card" role="alert">${this.missing} ${this.link("devices",t.t("tab_devices"))}</p>`:e?a`<div class="stack">
      <p>${this.link("devices",`← ${t.t("tab_devices")}`)}</p>
      ${this.top(e)}
      <section class="stack" aria-labelledby="may">
        <h2 id="may">${t.t("may")}</h2>
        <div class="cards">
          ${T.map(i=>{let n=e.verdicts[i];return n?this.verdict(e,i,n):d})}
        </div>
      </section>
      ${this.said(e)}
      <div class="cards">${this.identity(e)} ${this.evidence(e)}</div>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${t.t("happened")}</h2>
        ${this.lines?.length?a`<ul class="lines">
              ${this.lines.map(i=>a`<li>${ie(t,i)}</li>`)}
            </ul>`:a`<p>${t.t("happened_nothing")}</p>`}
        ${this.link(`journal/${e.id}`,t.t("happened_all"))}
      </section>
    </div>`:a`<p role="status">${t.t("loading")}</p>`}top(e){let{words:t}=this,{quarantine:i}=e;return a`<section class="card">
      <div class="row between">
        <h2>${e.name}</h2>
        <div class="row">
          ${e.standing==="admitted"?d:a`<button class="main" @click=${()=>this.release([e])}>
                ${t.t(e.standing==="held"?"let_in":"release")}
              </button>`}
          ${e.standing==="quarantined"?d:a`<button
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
      ${i?a`<p class="note quarantined">
            ${t.t("quarantined_since",{time:t.time(i.since),reason:t.t(`because_${i.reason}`)})}
          </p>`:d}
      ${e.protected?a`<p class="note held">${t.t(`protected_${e.protected}`)}</p>`:d}
      <p class="note ${e.coverage==="full"?"allow":"held"}">
        <strong>${t.t("reach")}:</strong> ${t.coverage(e.coverage)}. ${t.why(e.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${t.t("column_profile")}
          <select @change=${n=>this.profile(e,n.target.value)}>
            ${[...q,...e.profile==="quarantined"?["quarantined"]:[]].map(n=>a`<option value=${n} ?selected=${n===e.profile}>${t.profile(n)}</option>`)}
          </select></label
        >
        ${e.device_id?a`<a href="/config/devices/device/${e.device_id}">${t.t("open_device")}</a>`:d}
      </p>
    </section>`}verdict(e,t,i){let{words:n}=this,r=i.enforced==="not_enforceable";return a`<article class="card" data-scope=${t}>
      <div class="row between">
        <h3>${n.scope(t)}</h3>
        <span class="badge ${i.decision}">${n.decision(i.decision)}</span>
      </div>
      <p>${n.t("because",{reason:n.reason(i.reason)})}</p>
      <p class=${r?"note held":"muted"}>
        ${n.t("cell_enforced",{enforced:n.enforced(i.enforced)})} ${r?n.why(i.coverage_reason):""}
      </p>
      ${this.voices("overrode",i.overrode)} ${this.voices("exceptions",i.exceptions)}
      <div class="row scope">
        ${se(n,e,t,c=>this.decide(e,t,c))}
        ${i.decision==="allow"||e.standing==="quarantined"||r?d:a`<button @click=${()=>this.grant(e,t)}>${n.t("allow_hour")}</button>`}
      </div>
    </article>`}voices(e,t){return t.length?a`<details>
      <summary>${this.words.n(e,t.length)}</summary>
      <ul>
        ${t.map(i=>a`<li>
            ${this.words.reason(i.layer)}: ${this.words.decision(i.decision)}${i.destination==="any"?"":a` → <code>${i.destination}</code>`}
          </li>`)}
      </ul>
    </details>`:d}said(e){let{words:t}=this,i=e.rules.filter(n=>n.destination!=="any");return!i.length&&!e.grants.length&&!e.allow_list.length?d:a`<section class="card" aria-labelledby="said">
      <h2 id="said">${t.t("said")}</h2>
      <table>
        <thead>
          <tr><th scope="col">${t.t("scope")}</th><th scope="col">${t.t("destination")}</th><th scope="col">${t.t("decision")}</th><th scope="col">${t.t("until")}</th></tr>
        </thead>
        <tbody>
          ${e.grants.map(n=>a`<tr>
              <td>${t.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${t.decision("allow")}</td>
              <td>
                ${t.time(n.expires)}
                <button @click=${()=>this.revoke(e,n.scope)}>${t.t("revoke")}</button>
              </td>
            </tr>`)}
          ${i.map(n=>a`<tr>
              <td>${t.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${t.decision(n.decision)}</td>
              <td>${t.t("always")}</td>
            </tr>`)}
          ${e.allow_list.map(n=>a`<tr>
              <td>${t.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${t.decision("allow")}</td>
              <td>${t.t("on_its_list")}</td>
            </tr>`)}
        </tbody>
      </table>
    </section>`}where(e){return e==="any"?this.words.t("anywhere"):e}identity(e){let{words:t}=this;return a`<section class="card" aria-labelledby="who">
      <h2 id="who">${t.t("who")}</h2>
      <dl>
        ${e.identifiers.filter(i=>i.kind!=="registry").map(i=>a`<dt>${t.t(`identifier_${i.kind}`)}</dt><dd><code>${i.value}</code></dd>`)}
        ${e.addresses.length?a`<dt>${t.t("addresses")}</dt><dd>${e.addresses.join(", ")}</dd>`:d}
        ${e.interfaces.length?a`<dt>${t.t("interfaces")}</dt><dd>${e.interfaces.join(", ")}</dd>`:d}
        ${e.integrations.length?a`<dt>${t.t("integrations")}</dt><dd>${e.integrations.join(", ")}</dd>`:d}
        <dt>${t.t("first_seen")}</dt>
        <dd>${t.time(e.first_seen,{dateStyle:"medium"})}</dd>
        <dt>${t.t("last_seen")}</dt>
        <dd>${e.present?t.t("now"):t.time(e.last_seen,{dateStyle:"medium"})}</dd>
      </dl>
    </section>`}evidence(e){let{words:t}=this;return a`<section class="card" aria-labelledby="evidence">
      <h2 id="evidence">${t.t("evidence",{kind:t.t(`class_${e.class}`)})}</h2>
      ${e.evidence.length?a`<ul>
            ${e.evidence.map(i=>a`<li>${t.t(`class_${i.class}`)}: ${i.fact.replaceAll("_"," ")} <code>${i.detail}</code></li>`)}
          </ul>`:a`<p>${t.t("evidence_none")}</p>`}
      ${e.governed?d:a`<p class="note">${t.t("ungoverned_means")}</p>`}
    </section>`}async decide(e,t,i){let n=e.scopes[t].said,r=p=>({changes:[{value:e.id,scope:t,decision:p}]}),c=await this.attempt(()=>this.ask("set_permissions",r(i))),{words:l}=this;this.outcome(c,p=>l.n("was_decided",p,{name:e.name,scope:l.scope(t),decision:l.option("decision",i)}),()=>this.ask("set_permissions",r(n))),this.read()}async profile(e,t){let i=r=>({asset_ids:[e.id],profile:r}),n=await this.attempt(()=>this.ask("set_profile",i(t)));this.outcome(n,r=>this.words.n("was_profiled",r,{name:e.name,profile:this.words.profile(t)}),()=>this.ask("set_profile",i(e.profile)))}async grant(e,t){let i=e.id;await this.attempt(async()=>{await this.ask("grant",{asset_id:i,scope:t,duration:"1_hour"}),this.frame.tell(this.words.t("was_granted",{name:e.name,scope:this.words.scope(t)}),()=>this.ask("revoke",{asset_id:i,scope:t}))}),this.read()}async revoke(e,t){await this.attempt(()=>this.ask("revoke",{asset_id:e.id,scope:t})),this.read()}static{this.styles=[f,g`
      .lines {
        list-style: none;
        padding: 0;
        margin: 8px 0;
        display: grid;
        gap: 8px;
      }
      .scope select {
        border-inline-start: 5px solid var(--state, var(--muted));
      }
      summary {
        cursor: pointer;
      }
      ul {
        margin: 4px 0;
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-device",fe);var j=56,Ge=g`
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
    height: ${j}px;
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
`;var Qe=6,vt=1e3;var Xe=[["name","class"],["standing"],["profile"],["coverage"]],$e=class extends ${constructor(){super();this.rows=[];this.seen=-1;this.height=600;Object.assign(this,{search:"",kind:"",sort:"name",downwards:!1,everything:!1,top:0}),Object.assign(this,{marked:new Set,scope:"internet",decision:"deny"})}static{this.properties={search:{state:!0},kind:{state:!0},sort:{state:!0},downwards:{state:!0},everything:{state:!0},marked:{state:!0},top:{state:!0},scope:{state:!0},decision:{state:!0}}}willUpdate(e){if(["search","kind","sort","downwards","everything"].some(i=>e.has(i))||this.seen!==this.store.version){this.seen=this.store.version,this.rows=this.listed();let i=[...this.marked].filter(n=>this.store.rows.has(n));i.length!==this.marked.size&&(this.marked=new Set(i))}}listed(){let e=this.search.trim().toLocaleLowerCase(),t=[...this.store.rows.values()].filter(r=>(this.everything||r.governed)&&(!this.kind||r.class===this.kind)&&(!e||[r.name,r.manufacturer,r.model,this.area(r),this.words.t(`class_${r.class}`)].some(c=>c?.toLocaleLowerCase().includes(e)))),i=r=>this.sort==="name"?r.name:`${r[this.sort]} ${r.name}`,n=this.downwards?-1:1;return t.sort((r,c)=>n*this.words.compare(i(r),i(c)))}area(e){return e.area_id?this.hass.areas?.[e.area_id]?.name??"":""}firstUpdated(){let e=this.renderRoot.querySelector(".scroller");new ResizeObserver(()=>{this.height=e.clientHeight,this.requestUpdate()}).observe(e)}render(){let{words:e}=this,t=Math.max(0,Math.floor(this.top/j)-Qe),i=Math.min(this.rows.length,Math.ceil((this.top+this.height)/j)+Qe);return a`
      ${this.filters()} ${this.marked.size?this.bulk():d}
      <div
        class="scroller"
        role="table"
        aria-label=${e.t("matrix")}
        aria-rowcount=${this.rows.length+1}
        aria-colcount=${T.length+Xe.length+1}
        @scroll=${n=>this.top=n.target.scrollTop}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length*j}px">
          ${this.rows.slice(t,i).map((n,r)=>this.row(n,t+r))}
        </div>
        ${this.rows.length?d:a`<p class="empty">${e.t(this.store.rows.size?"none_found":"no_devices")}</p>`}
      </div>
      <p class="muted legend">${e.t("matrix_legend")}</p>
    `}filters(){let{words:e}=this,t=[...new Set([...this.store.rows.values()].filter(i=>this.everything||i.governed).map(i=>i.class))];return a`<div class="row" role="search">
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
        ${t.sort(e.compare.bind(e)).map(i=>a`<option value=${i} ?selected=${i===this.kind}>${e.t(`class_${i}`)}</option>`)}
      </select>
      <label class="row"
        ><input
          type="checkbox"
          .checked=${this.everything}
          @change=${i=>this.everything=i.target.checked}
        />${e.t("show_everything")}</label
      >
      <span class="muted" role="status">${e.n("devices",this.rows.length)}</span>
    </div>`}head(){let{words:e}=this,t=this.rows.length>0&&this.rows.every(i=>this.marked.has(i.id));return a`<div role="rowgroup" class="head">
      <div role="row" aria-rowindex="1" class="line">
        <span role="columnheader" class="mark"
          ><input
            type="checkbox"
            aria-label=${e.t("mark_all")}
            .checked=${t}
            @change=${()=>this.marked=new Set(t?[]:this.rows.slice(0,vt).map(i=>i.id))}
        /></span>
        ${Xe.map(i=>a`<span
            role="columnheader"
            class=${i[0]}
            aria-sort=${i.includes(this.sort)?this.downwards?"descending":"ascending":"none"}
            >${i.map(n=>a`<button
                @click=${()=>{this.downwards=this.sort===n&&!this.downwards,this.sort=n}}
              >
                ${e.t(`column_${n}`)} ${n===this.sort?this.downwards?"▾":"▴":""}
              </button>`)}</span
          >`)}
        ${T.map(i=>a`<span role="columnheader" class="scope ${i}">${e.scope(i)}</span>`)}
      </div>
    </div>`}row(e,t){let{words:i}=this;return a`<div role="row" aria-rowindex=${t+2} class="line" style="top:${t*j}px" data-id=${e.id}>
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
      ${T.map(n=>a`<span role="cell" class="scope ${n}"
          >${se(i,e,n,r=>this.decide([e],n,r))}</span
        >`)}
    </div>`}mark(e){let t=new Set(this.marked);t.delete(e)||t.add(e),this.marked=t}chosen(){return[...this.marked].map(e=>this.store.rows.get(e)).filter(e=>e!==void 0)}bulk(){let{words:e}=this,t=this.chosen();return a`<div class="card row bulk" role="group" aria-label=${e.t("bulk")}>
      <strong>${e.n("marked",t.length)}</strong>
      <select aria-label=${e.t("scope")} @change=${i=>this.scope=i.target.value}>
        ${T.map(i=>a`<option value=${i} ?selected=${i===this.scope}>${e.scope(i)}</option>`)}
      </select>
      <select
        aria-label=${e.t("decision")}
        @change=${i=>this.decision=i.target.value}
      >
        ${Z.map(i=>a`<option value=${i} ?selected=${i===this.decision}>${e.option("decision",i)}</option>`)}
      </select>
      <button class="main" @click=${()=>this.preview(t)}>${e.t("preview")}</button>
      <select aria-label=${e.t("set_profile")} .value=${""} @change=${i=>this.profile(t,i.target)}>
        <option value="">${e.t("set_profile")}</option>
        ${q.map(i=>a`<option value=${i}>${e.profile(i)}</option>`)}
      </select>
      <button class="danger" @click=${()=>this.quarantine(t)}>${e.t("quarantine")}</button>
      <button @click=${()=>this.release(t)}>${e.t("release")}</button>
      <button @click=${()=>this.marked=new Set}>${e.t("mark_none")}</button>
    </div>`}async preview(e){let{words:t,scope:i,decision:n}=this,r=e.filter(u=>u.scopes[i]).map(u=>({value:u.id,scope:i,decision:n}));if(!r.length)return this.frame.tell(t.t("scope_for_none"));let c=await this.attempt(()=>this.ask("set_permissions",{changes:r,preview:!0}));if(!c)return;let l=u=>this.store.rows.get(u)?.name??u,p=c.assets.filter(u=>u.before!==u.after),h=c.assets.filter(u=>u.coverage==="none"),m=Object.entries(c.failed);await this.frame.confirm({title:t.n("preview_title",r.length,{scope:t.scope(i),decision:t.option("decision",n)}),confirm:t.t("apply"),body:a`
        <p>${t.n("preview_changes",p.length)}</p>
        <ul>
          ${p.slice(0,12).map(u=>a`<li>${l(u.asset_id)}: ${t.decision(u.before)} → <strong>${t.decision(u.after)}</strong></li>`)}
          ${p.length>12?a`<li>${t.n("and_more",p.length-12)}</li>`:d}
        </ul>
        ${h.length?a`<p class="note held">
              ${t.n("preview_open",h.length,{names:t.list(h.slice(0,8).map(u=>l(u.asset_id)))})}
              ${t.why(h[0].coverage_reason)}
            </p>`:d}
        ${m.map(([u,C])=>a`<p class="note deny">${l(r[Number(u)]?.value??"")}: ${t.failure(C)}</p>`)}
        ${e.length>r.length?a`<p class="muted">${t.n("preview_not_for",e.length-r.length)}</p>`:d}
      `})&&await this.decide(e,i,n)}async decide(e,t,i){let n=e.filter(p=>p.scopes[t]),r=n.map(p=>({value:p.id,scope:t,decision:i})),c=n.map(p=>({value:p.id,scope:t,decision:p.scopes[t].said})),l=await this.attempt(()=>this.ask("set_permissions",{changes:r}));this.outcome(l,p=>this.words.n("was_decided",p,{name:n[0]?.name,scope:this.words.scope(t),decision:this.words.option("decision",i)}),()=>this.ask("set_permissions",{changes:(l?.done??[]).map(p=>c[p])})),this.requestUpdate()}async profile(e,t){let i=t.value;t.value="";let n=e.map(c=>({id:c.id,profile:c.profile})),r=await this.attempt(()=>this.ask("set_profile",{asset_ids:e.map(c=>c.id),profile:i}));this.outcome(r,c=>this.words.n("was_profiled",c,{name:e[0]?.name,profile:this.words.profile(i)}),async()=>{let c=(r?.done??[]).map(l=>n[l]);for(let l of new Set(c.map(p=>p.profile))){let p=c.filter(h=>h.profile===l).map(h=>h.id);await this.ask("set_profile",{asset_ids:p,profile:l})}})}static{this.styles=[f,Ge]}};customElements.define("secure-hub-devices",$e);var Ye=20,ve=class extends ${connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>this.store.overview?.trial_ends&&this.requestUpdate(),1e3)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}render(){let{overview:s}=this.store;if(!s)return d;let e=[...this.store.rows.values()].sort((r,c)=>this.words.compare(r.name,c.name)),t=e.filter(r=>r.standing==="held"),i=e.filter(r=>r.standing==="quarantined"),n=[this.trial(s),this.journal(s),...this.enforcers(s),this.waits("requests",s.requests.pending,"requests"),this.waits("incidents",s.incidents.open,"incidents"),this.waits("overdue",s.updates.overdue,"updates"),...this.some(t,r=>this.newcomer(r)),...this.some(i,r=>this.quarantined(r))].filter(r=>r!==d);return a`<div class="stack">
      <section class="card" aria-labelledby="sentence">
        <h2 id="sentence">${this.sentence(s)}</h2>
        <p class="row">
          <span class="badge ${s.state}">${this.words.t(`state_${s.state}`)}</span>
          ${s.lockdown?a`<span class="badge deny">${this.words.t("lockdown_on")}</span>`:d}
          <span class="muted">${this.words.t(`state_${s.state}_means`)}</span>
        </p>
      </section>
      <section class="stack" aria-labelledby="needs">
        <h2 id="needs">${this.words.t("needs_you")}</h2>
        ${n.length?a`<div class="cards">${n}</div>`:a`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      ${this.reach(e)}
    </div>`}sentence(s){let{words:e}=this,t=["held","quarantined"].filter(n=>s.counts[n]).map(n=>e.n(`count_${n}`,s.counts[n])),i={requests:s.requests.pending,incidents:s.incidents.open,overdue:s.updates.overdue};for(let[n,r]of Object.entries(i))r&&t.push(e.n(`count_${n}`,r));return t.length?e.t("sentence_some",{parts:e.list(t)}):e.n("sentence_quiet",s.counts.governed)}some(s,e){let t=s.length-Ye;return[...s.slice(0,Ye).map(e),...t>0?[a`<p class="card">${this.link("devices",this.words.n("and_more",t))}</p>`]:[]]}waits(s,e,t){return e?a`<article class="card">
      <h3>${this.link(t,this.words.n(`count_${s}`,e))}</h3>
      <p>${this.words.t(`count_${s}_means`)}</p>
    </article>`:d}trial(s){if(s.trial_ends===null)return d;let e=Math.max(0,Math.round(s.trial_ends-Date.now()/1e3));return a`<article class="card">
      <h3>${this.words.t("trial")}</h3>
      <p>${this.words.n("trial_ends",e)}</p>
      <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${this.words.t("trial_keep")}</button>
    </article>`}journal(s){return s.journal.intact?d:a`<article class="card">
      <h3><span class="badge deny">${this.words.t("journal_broken")}</span></h3>
      <p>${this.words.t("journal_broken_means")}</p>
      ${this.link("journal",this.words.t("tab_journal"))}
    </article>`}enforcers(s){return s.mode==="monitor"?[a`<article class="card">
          <h3>${this.words.t("watching_only")}</h3>
          <p>${this.words.t("watching_only_means")}</p>
          ${this.link("settings",this.words.t("tab_settings"))}
        </article>`]:s.enforcers.filter(e=>e.health!=="in_sync").map(e=>a`<article class="card">
          <h3><span class="badge ${e.health}">${this.words.t(`state_${e.health}`)}</span></h3>
          <p>${e.reason?this.words.why(e.reason):this.words.t(`state_${e.health}_means`)}</p>
          ${e.detail?a`<p class="muted">${e.detail}</p>`:d}
          <a href="/config/repairs">${this.words.t("open_repairs")}</a>
        </article>`)}newcomer(s){return a`<article class="card">
      <h3>${this.link(`device/${s.id}`,s.name)}</h3>
      <p>${this.words.t("newcomer_means",{what:this.what(s)})}</p>
      <div class="row">
        <button class="main" @click=${()=>this.release([s])}>${this.words.t("let_in")}</button>
        <button class="danger" @click=${()=>this.quarantine([s])}>${this.words.t("quarantine")}</button>
      </div>
    </article>`}quarantined(s){return a`<article class="card">
      <h3>${this.link(`device/${s.id}`,s.name)}</h3>
      <p>${this.standing(s)}</p>
      <p>${this.words.t(s.contained?"quarantined_means":"quarantined_not_held")}</p>
      <div class="row">
        <button @click=${()=>this.release([s])}>${this.words.t("release")}</button>
        ${this.link(`device/${s.id}`,this.words.t("why"))}
      </div>
    </article>`}what(s){return[this.words.t(`class_${s.class}`),s.manufacturer,s.model].filter(Boolean).join(", ")}reach(s){let{words:e}=this,t=s.filter(n=>n.governed),i=["full","routed","hub_only","none"];return a`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${e.t("reach")}</h2>
      ${t.length?d:a`<p>${e.t("no_devices")}</p>`}
      <dl>
        ${i.map(n=>[n,t.filter(r=>r.coverage===n).length]).filter(([,n])=>n).map(([n,r])=>a`<dt>${e.n("devices",r)}</dt>
            <dd>${e.coverage(n)}</dd>`)}
      </dl>
    </section>`}};customElements.define("secure-hub-home",ve);var we=class extends ${constructor(){super(...arguments);this.seen=""}static{this.properties={incidents:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let t=JSON.stringify(this.store.overview?.incidents);t!==this.seen&&(this.seen=t,this.read())}async read(){this.incidents=(await this.attempt(()=>this.ask("incidents/list")))?.incidents??this.incidents??[]}render(){let{words:e,incidents:t}=this;return t?a`<div class="stack">
      <h2>${e.t("tab_incidents")}</h2>
      ${t.length?t.map(i=>this.card(i)):a`<p class="card">${e.t("incidents_none")}</p>`}
    </div>`:a`<p role="status">${e.t("loading")}</p>`}card(e){let{words:t}=this,i=this.store.rows.get(e.asset_id);return a`<article class="card">
      <div class="row between">
        <h3>${this.link(`device/${e.asset_id}`,e.asset??t.t("gone_device"))}</h3>
        <span class="badge ${e.severity}">${t.t(`severity_${e.severity}`)}</span>
      </div>
      <p class="row">
        ${i?this.standing(i):d}
        <span class="muted">${t.n("incident_since",e.findings,{time:t.time(e.opened)})}</span>
      </p>
      <ol>
        ${e.timeline.map(n=>a`<li>
            <span class="muted">${t.time(n.time)}</span> <strong>${t.option("finding_kind",n.finding)}</strong>
            <span class="badge ${n.severity}">${t.t(`severity_${n.severity}`)}, ${Math.round(n.confidence*100)} %</span>
            <br />${n.evidence}
            ${n.technique?a`<span class="muted">MITRE ATT&amp;CK ${n.technique}</span>`:d}
          </li>`)}
      </ol>
      <div class="row">
        ${i&&i.standing!=="quarantined"?a`<button class="danger" @click=${()=>this.quarantine([i],t.option("finding_kind",e.timeline[0]?.finding??""))}>${t.t("quarantine")}</button>`:d}
        ${i&&i.standing==="quarantined"?a`<button class="main" @click=${()=>this.act("incidents/release",e,"was_let_go_watched")}>${t.t("release_and_watch")}</button>`:d}
        <button @click=${()=>this.normal(e)}>${t.t("this_is_normal")}</button>
        <button @click=${()=>this.save(e)}>${t.t("export")}</button>
      </div>
    </article>`}async act(e,t,i,n={}){await this.attempt(async()=>{await this.ask(e,{asset_id:t.asset_id,...n}),this.frame.tell(this.words.t(i,{name:t.asset}))}),await this.read()}async normal(e){let{words:t}=this,i=[...new Set(e.timeline.map(r=>r.finding))];await this.frame.confirm({title:t.t("normal_sure",{name:e.asset}),body:a`<p>${t.t("normal_means")}</p>
        <ul>
          ${i.map(r=>a`<li>${t.option("finding_kind",r)}</li>`)}
        </ul>`,confirm:t.t("this_is_normal")})&&await this.act("incidents/normal",e,"was_normal")}save(e){let t=document.createElement("a");t.href=URL.createObjectURL(new Blob([JSON.stringify(e,null,2)],{type:"application/json"})),t.download=`secure-hub-incident-${e.id}.json`,t.click(),URL.revokeObjectURL(t.href)}static{this.styles=[f,g`
      ol {
        padding-inline-start: 20px;
        display: grid;
        gap: 8px;
      }
    `]}};customElements.define("secure-hub-incidents",we);var Ze=50,wt=2e4,et={decisions:["quarantine","release","set_permission","set_profile","grant","revoke","set_everybody","confirm","import_manifest","set_limit"],enforcement:["enforced","drift","decision_failed","rolled_back"],devices:["first_look","assets_appeared","assets_gone","assets_merged","asset_split"]},bt=["any_day","today","yesterday","week"],be=class extends ${constructor(){super();this.turn=0;Object.assign(this,{older:null,kind:"",day:"any_day",busy:!1})}static{this.properties={records:{state:!0},older:{state:!0},kind:{state:!0},day:{state:!0},verified:{state:!0},busy:{state:!0}}}willUpdate(e){let t=this.store.overview?.journal.records;(e.has("path")||e.has("kind")||e.has("day"))&&(this.records=void 0),(this.records===void 0||t!==this.seen&&this.records.length<=Ze)&&(this.seen=t,this.more(!0))}asked(){let e=new Date().setHours(0,0,0,0)/1e3;return{...{any_day:{},today:{since:e},yesterday:{since:e-86400,until:e},week:{since:e-6*86400}}[this.day],...this.path?{asset_id:this.path}:{},...this.kind?{actions:et[this.kind]}:{}}}async more(e=!1){let t=++this.turn,i=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:Ze,...e||this.older===null?{}:{before:this.older}}));t===this.turn&&(this.records=[...e?[]:this.records??[],...i?.records??[]],this.older=i?.before??null)}async verify(){this.busy=!0,this.verified=await this.attempt(()=>this.ask("journal/verify")),this.busy=!1}async save(){this.busy=!0;let e=[],t=null;do{let n=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:500,...t===null?{}:{before:t}}));if(!n)break;e.push(...n.records.map(r=>JSON.stringify(r))),t=n.before}while(t!==null&&e.length<wt);this.busy=!1;let i=document.createElement("a");i.href=URL.createObjectURL(new Blob([e.join(`
`)+`
`],{type:"application/jsonl"})),i.download=`secure-hub-journal-${new Date().toISOString().slice(0,10)}.jsonl`,i.click(),URL.revokeObjectURL(i.href),this.frame.tell(this.words.n("exported",e.length))}render(){let{words:e,records:t}=this,i=r=>c=>Object.assign(this,{[r]:c.target.value}),n=this.path?this.store.rows.get(this.path):void 0;return a`<div class="stack">
      <div class="row">
        <select aria-label=${e.t("kind_of_entry")} @change=${i("kind")}>
          <option value="">${e.t("every_entry")}</option>
          ${Object.keys(et).map(r=>a`<option value=${r}>${e.t(`entries_${r}`)}</option>`)}
        </select>
        <select aria-label=${e.t("day")} @change=${i("day")}>
          ${bt.map(r=>a`<option value=${r}>${e.t(r)}</option>`)}
        </select>
        ${this.path?a`<span class="badge">${n?.name??e.t("gone_device")}</span> ${this.link("journal",e.t("every_device"))}`:d}
        <span class="grow"></span>
        <button ?disabled=${this.busy} @click=${()=>this.verify()}>${e.t("verify")}</button>
        <button ?disabled=${this.busy} @click=${()=>this.save()}>${e.t("export")}</button>
      </div>
      <div role="status">
        ${this.verified?a`<p class="note ${this.verified.ok?"allow":"deny"}">
              ${this.verified.ok?e.n("verified",this.verified.records):e.t("verified_not",{line:this.verified.first_break?.line})}
            </p>`:d}
      </div>
      <section class="card" aria-label=${e.t("tab_journal")}>
        ${t===void 0?a`<p role="status">${e.t("loading")}</p>`:t.length?a`<ul>
                ${t.map(r=>a`<li>${ie(e,r)}</li>`)}
              </ul>`:a`<p>${e.t(this.older===null?"journal_empty":"journal_search_on")}</p>`}
        ${this.older===null?d:a`<button @click=${()=>this.more()}>${e.t("older")}</button>`}
      </section>
    </div>`}static{this.styles=[f,g`
      ul {
        list-style: none;
        padding: 0;
        margin: 0;
      }
      li {
        padding: 8px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
    `]}};customElements.define("secure-hub-journal",be);var x=1e3,tt=300,V=26,_e=class extends ${segments(){let s=new Map;for(let e of this.store.rows.values()){if(e.class==="service")continue;let t=e.coverage_reason.startsWith("zigbee")||!e.interfaces.length&&e.scopes.lan===void 0,i=e.interfaces.length?e.interfaces:[t?"":"?"];for(let n of i)s.set(n,[...s.get(n)??[],e])}return[...s].map(([e,t])=>({name:e,rows:t.sort((i,n)=>this.words.compare(i.name,n.name))})).sort((e,t)=>this.words.compare(e.name,t.name))}heading(s){if(s==="")return this.words.t("segment_radio");if(s==="?")return this.words.t("segment_unseen");let e=this.store.overview?.segments.some(t=>t.interface===s);return this.words.t(e?"segment_guarded":"segment_open",{name:s})}render(){let{words:s}=this,e=this.segments(),t=e.reduce((i,n)=>i+n.rows.length,0);return a`<div class="stack">
      <p class="muted">${s.t("map_means")}</p>
      ${t===0?a`<p class="card">${s.t("no_devices")}</p>`:t>tt?a`<p class="card">${s.t("map_too_large",{count:t})}</p>`:a`<div class="card map" tabindex="0" role="group" aria-label=${s.t("tab_network")}>${this.map(e)}</div>`}
      <div class="cards">
        ${e.map(i=>a`<section class="card">
            <h2>${this.heading(i.name)}</h2>
            <ul>
              ${i.rows.slice(0,tt).map(n=>a`<li>
                ${this.link(`device/${n.id}`,n.name)}
                ${n.scopes.internet?a`<span class="muted">${s.t(this.open(n)?"reaches_internet":"reaches_not")}</span>`:d}
                ${n.standing==="admitted"?d:this.standing(n)}
              </li>`)}
            </ul>
          </section>`)}
      </div>
    </div>`}open(s){let e=s.scopes.internet;return e!==void 0&&(e.enforced==="not_enforceable"||e.enforced==="monitored"||e.decision==="allow")}map(s){let{words:e}=this,t=Math.floor((x-180)/(V*1.6)),i=70,n=s.map(r=>{let c=Math.ceil(r.rows.length/t),l={segment:r,top:i,height:44+c*V*1.6};return i+=l.height+16,l});return a`<svg viewBox="0 0 ${x} ${i}" role="img" aria-label=${e.t("map_label",{count:s.length})}>
      <text x="20" y="14" class="place">Secure Hub</text>
      <text x="${x-20}" y="30" class="place end">${e.scope("internet")}</text>
      <line x1="${x-50}" y1="40" x2="${x-50}" y2=${i} class="wan" />
      <line x1="40" y1="24" x2="40" y2=${i-16} class="trunk" />
      ${n.map(({segment:r,top:c,height:l})=>{let p=r.rows.some(h=>this.open(h));return Y`<g>
          <line x1="40" y1=${c+l/2} x2="70" y2=${c+l/2} class="trunk" />
          ${p?Y`<line x1=${x-100} y1=${c+l/2} x2=${x-50} y2=${c+l/2} class="wan" />`:d}
          <rect x="70" y=${c} width=${x-170} height=${l} rx="12" />
          <text x="86" y=${c+24}>${this.heading(r.name)} (${r.rows.length})</text>
          ${r.rows.map((h,m)=>{let v=96+m%t*V*1.6,u=c+54+Math.floor(m/t)*V*1.6;return Y`<g class="dot ${h.standing} ${this.open(h)?"open":""}" @click=${()=>this.frame.go(`device/${h.id}`)}>
              <title>${h.name}: ${e.t(`standing_${h.standing}`)}, ${e.t(this.open(h)?"reaches_internet":"reaches_not")}</title>
              <circle cx=${v} cy=${u} r=${V/2} />
              <text x=${v} y=${u+5}>${h.name.slice(0,2)}</text>
            </g>`})}
        </g>`})}
    </svg>`}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-network",_e);var _t=20,ye=class extends ${constructor(){super();this.seen="";this.onKey=e=>this.key(e);Object.assign(this,{answered:[],current:0,marked:new Set})}static{this.properties={waiting:{state:!0},answered:{state:!0},current:{state:!0},marked:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen="",window.addEventListener("keydown",this.onKey)}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener("keydown",this.onKey)}willUpdate(e){let t=JSON.stringify(this.store.overview?.requests);t!==this.seen&&(this.seen=t,this.read())}async read(){let e=await this.attempt(()=>this.ask("requests/list",{answered:_t}));e&&(this.waiting=e.requests.sort((t,i)=>Number(i.urgent)-Number(t.urgent)||t.first-i.first),this.answered=e.answered,this.current=Math.max(0,Math.min(this.current,this.waiting.length-1)),this.marked=new Set([...this.marked].filter(t=>e.requests.some(i=>i.id===t))))}key(e){let t=e.composedPath()[0];if(e.ctrlKey||e.metaKey||e.altKey||/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName))return;let i=this.waiting?.[this.current],n={j:1,k:-1};if(e.key in n)this.current=Math.max(0,Math.min((this.waiting?.length??1)-1,this.current+n[e.key])),this.updateComplete.then(()=>this.renderRoot.querySelector("article[aria-current]")?.focus());else if(e.key==="x"&&i)this.mark(i);else if(e.key==="a"&&i)this.answerAll(this.concerned(i),"always");else if(e.key==="d"&&i)this.answerAll(this.concerned(i),"deny");else return;e.preventDefault(),e.stopPropagation()}concerned(e){let t=(this.waiting??[]).filter(i=>this.marked.has(i.id));return t.length?t:[e]}mark(e){let t=new Set(this.marked);t.delete(e.id)||t.add(e.id),this.marked=t}async answerAll(e,t){let{words:i}=this;if(t==="quarantine"){let l=i.list(e.map(h=>h.asset??i.t("gone_device")));if(!await this.frame.confirm({title:i.n("quarantine_sure",e.length,{name:l}),body:i.t("quarantine_means"),confirm:i.t("quarantine"),danger:!0}))return}let n=0,r=new Set;for(let l of e)try{await this.ask("requests/answer",{request_id:l.id,answer:t}),n++}catch(p){r.add(i.failure(p))}let c=n?[i.n("was_answered",n,{name:e[0]?.asset,answer:i.t(`answer_${t}`)})]:[];r.size&&c.push(i.n("not_done",e.length-n,{reason:[...r].join(" ")})),this.frame.tell(c.join(" ")),await this.read()}render(){let{words:e,waiting:t}=this;if(!t)return a`<p role="status">${e.t("loading")}</p>`;let i=t.filter(n=>this.marked.has(n.id));return a`<div class="stack">
      <div class="row between">
        <h2>${e.t("requests_wait")}</h2>
        ${i.length?a`<div class="row">
              <span>${e.n("marked",i.length)}</span>
              <button class="main" @click=${()=>this.answerAll(i,"always")}>${e.t("answer_always")}</button>
              <button @click=${()=>this.answerAll(i,"deny")}>${e.t("answer_deny")}</button>
            </div>`:d}
      </div>
      ${t.length?a`<p class="muted">${e.t("requests_keys")}</p>
            <div class="cards">${t.map((n,r)=>this.card(n,r))}</div>`:a`<p class="card">${e.t("requests_none")}</p>`}
      ${this.answered.length?a`<section class="card" aria-labelledby="answered">
            <h2 id="answered">${e.t("requests_answered")}</h2>
            <ul>
              ${this.answered.map(n=>a`<li>
                  ${n.settled===null?d:a`<span class="muted">${e.time(n.settled)}</span>`}
                  ${this.title_of(n)} ${n.answer?a`<strong>${e.t(`answer_${n.answer}`)}</strong>`:d}
                </li>`)}
            </ul>
          </section>`:d}
    </div>`}title_of(e){return this.words.t(`request_${e.kind}`,{name:e.asset??this.words.t("gone_device")})}card(e,t){let{words:i}=this;return a`<article
      class="card"
      tabindex="-1"
      aria-current=${t===this.current?"true":d}
      @focusin=${()=>this.current=t}
    >
      <div class="row between">
        <h3>${this.title_of(e)}</h3>
        <input type="checkbox" aria-label=${i.t("mark",{name:e.asset})} .checked=${this.marked.has(e.id)} @change=${()=>this.mark(e)} />
      </div>
      ${e.urgent?a`<p><span class="badge deny">${i.t("request_urgent")}</span></p>`:d}
      ${e.wants.length?a`<ul>
            ${e.wants.map(n=>a`<li>
                ${i.scope(n.scope)}: <strong>${n.description}</strong>
                ${n.used_by.length?a`<span class="muted">${i.t("request_also",{names:i.list(n.used_by.slice(0,5))})}</span>`:d}
              </li>`)}
            ${e.more?a`<li>${i.n("and_more",e.more)}</li>`:d}
          </ul>`:d}
      ${e.detail?a`<p class="muted">${e.detail}</p>`:d}
      <p class="muted">
        ${i.n("request_asked",e.count,{time:i.time(e.last)})} ${i.t("request_until",{time:i.time(e.expires)})}
      </p>
      ${e.agreed.length?a`<p class="note held">${i.t("request_second")}</p>`:d}
      <div class="row">
        ${e.answers.map(n=>a`<button
            class=${n==="always"?"main":n==="quarantine"?"danger":""}
            @click=${()=>this.answerAll([e],n)}
          >
            ${i.t(`answer_${n}`)}
          </button>`)}
      </div>
      <p>${this.link(`device/${e.asset_id}`,i.t("more_about_it"))}</p>
    </article>`}static{this.styles=[f,g`
      article[aria-current] {
        border-color: var(--primary-color);
        box-shadow: inset 4px 0 0 var(--primary-color);
      }
      ul {
        padding-inline-start: 20px;
      }
    `]}};customElements.define("secure-hub-requests",ye);var xe=class extends ${render(){let{words:s}=this,{overview:e}=this.store;return e?a`<div class="stack">
      ${e.trial_ends===null?d:a`<section class="card row between" role="alert">
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
      <section class="card">
        <h2>${s.t("enforcers")}</h2>
        <table>
          <thead>
            <tr><th scope="col">${s.t("enforcer")}</th><th scope="col">${s.t("condition")}</th></tr>
          </thead>
          <tbody>
            ${e.enforcers.map(t=>a`<tr>
                <td>${t.name}</td>
                <td>
                  <span class="badge ${t.health}">${s.t(`state_${t.health}`)}</span>
                  ${t.reason?s.why(t.reason):""} ${t.detail??""}
                </td>
              </tr>`)}
          </tbody>
        </table>
      </section>
    </div>`:d}choice(s,e,t,i){let{words:n}=this;return a`<fieldset class="card">
      <legend><h2>${n.t(`setting_${s}`)}</h2></legend>
      <p>${n.t(`setting_${s}_means`)}</p>
      ${t.map(r=>a`<label class="row">
          <input
            type="radio"
            name=${s}
            value=${r}
            .checked=${r===e}
            @change=${()=>this.set(s,r,e)}
          />${i(r)}
        </label>`)}
    </fieldset>`}async set(s,e,t){let{words:i}=this,n=await this.attempt(()=>this.ask("set_home",{[s]:e}));n&&this.frame.tell(i.t(n.trial_ends===null?"setting_done":"trial_means"),()=>this.ask("set_home",{[s]:t})),this.requestUpdate()}async lockdown(s){let{words:e}=this;(s.lockdown||await this.frame.confirm({title:e.t("lockdown_sure"),body:e.t("lockdown_means"),confirm:e.t("lockdown_begin"),danger:!0}))&&await this.set("lockdown",!s.lockdown,s.lockdown)}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-settings",xe);var st=["overdue","updating","update_available","end_of_support","unsupported","unknown","up_to_date"],ke=class extends ${constructor(){super();this.seen="";this.rollouts=[]}static{this.properties={updates:{state:!0},rollouts:{state:!0}}}connectedCallback(){super.connectedCallback(),this.seen=""}willUpdate(e){let t=JSON.stringify([this.store.overview?.updates,this.store.overview?.counts.governed]);t!==this.seen&&(this.seen=t,this.read())}async read(){let e=[],t=null;do{let i=await this.attempt(()=>this.ask("updates/list",t===null?{}:{after:t}));if(!i)break;e.push(...i.devices),t===null&&(this.rollouts=i.rollouts),t=i.after}while(t!==null);this.updates=e.sort((i,n)=>st.indexOf(i.status)-st.indexOf(n.status)||this.words.compare(i.asset,n.asset))}render(){let{words:e,updates:t}=this;if(!t)return a`<p role="status">${e.t("loading")}</p>`;let i=t.filter(n=>n.status==="overdue"||n.status==="update_available");return a`<div class="stack">
      <div class="row between">
        <h2>${i.length?e.n("updates_wait",i.length):e.t("updates_none")}</h2>
        ${i.length?a`<button class="main" @click=${()=>this.install()}>${e.t("install_all")}</button>`:d}
      </div>
      ${this.rollouts.map(n=>this.rollout(n))}
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
            ${t.map(n=>this.line(n))}
          </tbody>
        </table>
        ${t.length?d:a`<p>${e.t("no_devices")}</p>`}
      </div>
    </div>`}line(e){let{words:t}=this,i=e.status==="overdue"||e.status==="update_available";return a`<tr>
      <td>${this.link(`device/${e.asset_id}`,e.asset)}</td>
      <td>
        <span class="badge ${{overdue:"deny",update_available:"ask",updating:"ask",up_to_date:"allow"}[e.status]??""}"
          >${t.firmware(e.status)}</span
        >
        <span class="muted">${t.firmware_why(e.why)}${e.snoozed_until?` (${t.time(e.snoozed_until)})`:""}</span>
      </td>
      <td>${e.version??"–"}${e.latest&&e.latest!==e.version?a` → <strong>${e.latest}</strong>`:d}</td>
      <td>${e.deadline===null?"–":t.time(e.deadline,{dateStyle:"medium"})}</td>
      <td>
        ${i?a`<button aria-label=${t.t("install_on",{name:e.asset})} @click=${()=>this.install(e)}>${t.t("install")}</button>`:d}
      </td>
    </tr>`}rollout(e){let{words:t}=this;return a`<section class="card">
      <h3>${t.t(e.ended===null?"rollout_runs":"rollout_ended",{time:t.time(e.ended??e.created)})}</h3>
      <p class="row">
        <progress max=${e.number} value=${e.done} aria-label=${t.t("rollout_progress")}></progress>
        <span>${t.t("rollout_done",{done:e.done,number:e.number})}</span>
      </p>
      <details ?open=${e.ended===null}>
        <summary>${t.n("devices",e.devices.length)}</summary>
        <ul>
          ${e.devices.map(i=>a`<li>
              ${i.asset??t.t("gone_device")} ${i.version}: ${t.t(`rollout_${i.state}`)}
              <span class="muted">${t.t("ring",{number:i.ring+1})}${i.reason?`, ${i.reason.replaceAll("_"," ")}`:""}</span>
            </li>`)}
        </ul>
      </details>
    </section>`}async install(e){let{words:t}=this;if(!await this.frame.confirm({title:e?t.t("install_on",{name:e.asset}):t.t("install_all"),body:t.t("install_means"),confirm:t.t("install")}))return;let n=await this.attempt(()=>this.ask("updates/install",e?{asset_ids:[e.asset_id],now:!0,confirm:!0}:{}));if(!n)return;let r=Object.keys(n.installing).length,c=Object.values(n.left_out),l=[t.n("was_ordered",r)];if(c.length){let p=t.list([...new Set(c)].map(h=>t.t(`left_out_${h}`)));l.push(t.n("was_left_out",c.length,{reason:p}))}this.frame.tell(l.join(" ")),await this.read()}static{this.styles=[f,g`
      .wide {
        overflow-x: auto;
      }
      summary {
        cursor: pointer;
      }
      progress {
        flex: 1 1 160px;
        accent-color: var(--primary-color);
      }
    `]}};customElements.define("secure-hub-updates",ke);var ne=[{name:"",element:"secure-hub-home"},{name:"devices",element:"secure-hub-devices"},{name:"device",element:"secure-hub-device",tab:"devices"},{name:"requests",element:"secure-hub-requests",count:o=>o.requests.pending},{name:"incidents",element:"secure-hub-incidents",count:o=>o.incidents.open},{name:"updates",element:"secure-hub-updates",count:o=>o.updates.overdue},{name:"network",element:"secure-hub-network"},{name:"journal",element:"secure-hub-journal"},{name:"settings",element:"secure-hub-settings"}],it=ne.filter(o=>!o.tab);var yt=["common","exceptions","selector","entity"],re=class o{constructor(s){this.language=s;this.texts={}}static async load(s){let e=new o(s.locale?.language??s.language),t=await Promise.all(yt.map(i=>s.callWS({type:"frontend/get_translations",language:e.language,category:i,integration:"secure_hub"})));for(let{resources:i}of t)Object.assign(e.texts,i);return e}find(s,e={}){return this.texts[`component.secure_hub.${s}`]?.replace(/\{(\w+)\}/g,(t,i)=>String(e[i]??""))}t(s,e){return this.find(`common.${s}`,e)??s.replaceAll("_"," ")}n(s,e,t={}){return this.t(`${s}_${e===1?"one":"other"}`,{...t,count:e})}scope(s){return this.find(`selector.scope.options.${s}`)??s}profile(s){return this.find(`selector.profile.options.${s}`)??s}option(s,e){return this.find(`selector.${s}.options.${e}`)??e}attribute(s,e){return this.find(`entity.select.internet.state_attributes.${s}.state.${e}`)??e.replaceAll("_"," ")}decision(s){return this.attribute("decision",s)}reason(s){return this.attribute("reason",s)}enforced(s){return this.attribute("enforced",s)}coverage(s){return this.attribute("coverage",s)}why(s){return this.attribute("coverage_reason",s)}firmware(s){return this.find(`entity.sensor.firmware_status.state.${s}`)??s.replaceAll("_"," ")}firmware_why(s){return this.find(`entity.sensor.firmware_status.state_attributes.why.state.${s}`)??s.replaceAll("_"," ")}failure(s){let e=s,t=e?.translation_key;return(t?this.find(`exceptions.${t}.message`,e?.translation_placeholders??{}):void 0)??e?.message??String(s)}time(s,e={dateStyle:"medium",timeStyle:"short"}){return new Intl.DateTimeFormat(this.language,e).format(s*1e3)}list(s){return new Intl.ListFormat(this.language).format(s)}compare(s,e){return s.localeCompare(e,this.language,{numeric:!0,sensitivity:"base"})}scopes(s){return this.list(s.map(e=>this.scope(e)))}};var xt=12e3,Se=class extends b{constructor(){super();this.store=new ee(()=>this.hass);this.elements=new Map;this.tick=0,this.store.addEventListener("changed",()=>this.tick++)}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},words:{state:!0},question:{state:!0},news:{state:!0},tick:{state:!0}}}connectedCallback(){super.connectedCallback(),this.store.start(),this.read()}disconnectedCallback(){super.disconnectedCallback(),this.store.stop()}async read(){for(;!this.hass;)await new Promise(e=>setTimeout(e,20));this.words=await re.load(this.hass)}go(e){history.pushState(null,"",`/secure-hub/${e}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}confirm(e){return new Promise(t=>{this.question={...e,answer:t}})}tell(e,t){clearTimeout(this.timer),this.news=t?{text:e,undo:t}:{text:e},this.timer=setTimeout(()=>this.news=void 0,xt)}async undo(){let e=this.news?.undo,{words:t}=this;if(!(!e||!t))try{await e(),this.tell(t.t("undone"))}catch(i){this.tell(t.failure(i))}}answer(e){this.question?.answer(e),this.question=void 0}updated(){let e=this.renderRoot.querySelector("dialog");this.question&&e&&!e.open&&e.showModal()}render(){let{words:e}=this;if(!e)return d;let[t="",...i]=(this.route?.path??location.pathname.replace("/secure-hub","")).replace(/^\//,"").split("/"),n=ne.find(r=>r.name===t)??ne[0];return a`
      <header>
        <button class="menu" aria-label=${e.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${e.t("views")}>
          ${it.map(r=>{let c=this.store.overview&&r.count?.(this.store.overview)||0;return a`<a
                href="/secure-hub/${r.name}"
                aria-current=${r.name===(n.tab??n.name)?"page":d}
                @click=${l=>{l.preventDefault(),this.go(r.name)}}
                >${e.t(`tab_${r.name||"home"}`)}${c?a`<span class="count">${c}</span>`:d}</a
              >`})}
        </nav>
      </header>
      <main>${this.body(n.element,decodeURIComponent(i.join("/")))}</main>
      ${this.asked(e)}
      <div class="news" role="status">
        ${this.news?a`<div>
              <span>${this.news.text}</span>
              ${this.news.undo?a`<button @click=${()=>this.undo()}>${e.t("undo")}</button>`:d}
              <button aria-label=${e.t("close")} @click=${()=>this.news=void 0}>✕</button>
            </div>`:d}
      </div>
    `}body(e,t){let i=this.words;if(this.store.condition==="stopped")return a`<section class="card state" role="alert">
        <h2>${i.t("not_running")}</h2>
        <p>${i.failure(this.store.trouble??{message:i.t("not_running_why")})}</p>
        <p>
          ${i.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${i.t("open_settings")}</a>
        </p>
      </section>`;if(this.store.condition==="loading")return a`<p class="state" role="status">${i.t("loading")}</p>`;let n=this.elements.get(e);return n||(n=document.createElement(e),this.elements.set(e,n)),Object.assign(n,{hass:this.hass,store:this.store,words:i,frame:this,path:t}),n}asked(e){let{question:t}=this;return t?a`<dialog aria-labelledby="question" @close=${()=>this.answer(!1)}>
      <h2 id="question">${t.title}</h2>
      <div class="body">${t.body}</div>
      <div class="row end">
        <button @click=${()=>this.answer(!1)}>${e.t("cancel")}</button>
        <button class=${t.danger?"danger":"main"} autofocus @click=${()=>this.answer(!0)}>
          ${t.confirm}
        </button>
      </div>
    </dialog>`:d}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-panel",Se);
