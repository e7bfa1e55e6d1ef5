var B=globalThis,z=B.ShadowRoot&&(B.ShadyCSS===void 0||B.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,oe=Symbol(),xe=new WeakMap,H=class{constructor(t,e,s){if(this._$cssResult$=!0,s!==oe)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(z&&t===void 0){let s=e!==void 0&&e.length===1;s&&(t=xe.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),s&&xe.set(e,t))}return t}toString(){return this.cssText}},ke=o=>new H(typeof o=="string"?o:o+"",void 0,oe),g=(o,...t)=>{let e=o.length===1?o[0]:t.reduce((s,i,n)=>s+(r=>{if(r._$cssResult$===!0)return r.cssText;if(typeof r=="number")return r;throw Error("Value passed to 'css' function must be a 'css' function result: "+r+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+o[n+1],o[0]);return new H(e,o,oe)},Se=(o,t)=>{if(z)o.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let s=document.createElement("style"),i=B.litNonce;i!==void 0&&s.setAttribute("nonce",i),s.textContent=e.cssText,o.appendChild(s)}},ae=z?o=>o:o=>o instanceof CSSStyleSheet?(t=>{let e="";for(let s of t.cssRules)e+=s.cssText;return ke(e)})(o):o;var{is:et,defineProperty:tt,getOwnPropertyDescriptor:st,getOwnPropertyNames:it,getOwnPropertySymbols:nt,getPrototypeOf:rt}=Object,W=globalThis,Ae=W.trustedTypes,ot=Ae?Ae.emptyScript:"",at=W.reactiveElementPolyfillSupport,D=(o,t)=>o,le={toAttribute(o,t){switch(t){case Boolean:o=o?ot:null;break;case Object:case Array:o=o==null?o:JSON.stringify(o)}return o},fromAttribute(o,t){let e=o;switch(t){case Boolean:e=o!==null;break;case Number:e=o===null?null:Number(o);break;case Object:case Array:try{e=JSON.parse(o)}catch{e=null}}return e}},Ee=(o,t)=>!et(o,t),Re={attribute:!0,type:String,converter:le,reflect:!1,useDefault:!1,hasChanged:Ee};Symbol.metadata??=Symbol("metadata"),W.litPropertyMetadata??=new WeakMap;var _=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=Re){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let s=Symbol(),i=this.getPropertyDescriptor(t,s,e);i!==void 0&&tt(this.prototype,t,i)}}static getPropertyDescriptor(t,e,s){let{get:i,set:n}=st(this.prototype,t)??{get(){return this[e]},set(r){this[e]=r}};return{get:i,set(r){let d=i?.call(this);n?.call(this,r),this.requestUpdate(t,d,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??Re}static _$Ei(){if(this.hasOwnProperty(D("elementProperties")))return;let t=rt(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(D("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(D("properties"))){let e=this.properties,s=[...it(e),...nt(e)];for(let i of s)this.createProperty(i,e[i])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[s,i]of e)this.elementProperties.set(s,i)}this._$Eh=new Map;for(let[e,s]of this.elementProperties){let i=this._$Eu(e,s);i!==void 0&&this._$Eh.set(i,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let s=new Set(t.flat(1/0).reverse());for(let i of s)e.unshift(ae(i))}else t!==void 0&&e.push(ae(t));return e}static _$Eu(t,e){let s=e.attribute;return s===!1?void 0:typeof s=="string"?s:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let s of e.keys())this.hasOwnProperty(s)&&(t.set(s,this[s]),delete this[s]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Se(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,s){this._$AK(t,s)}_$ET(t,e){let s=this.constructor.elementProperties.get(t),i=this.constructor._$Eu(t,s);if(i!==void 0&&s.reflect===!0){let n=(s.converter?.toAttribute!==void 0?s.converter:le).toAttribute(e,s.type);this._$Em=t,n==null?this.removeAttribute(i):this.setAttribute(i,n),this._$Em=null}}_$AK(t,e){let s=this.constructor,i=s._$Eh.get(t);if(i!==void 0&&this._$Em!==i){let n=s.getPropertyOptions(i),r=typeof n.converter=="function"?{fromAttribute:n.converter}:n.converter?.fromAttribute!==void 0?n.converter:le;this._$Em=i;let d=r.fromAttribute(e,n.type);this[i]=d??this._$Ej?.get(i)??d,this._$Em=null}}requestUpdate(t,e,s,i=!1,n){if(t!==void 0){let r=this.constructor;if(i===!1&&(n=this[t]),s??=r.getPropertyOptions(t),!((s.hasChanged??Ee)(n,e)||s.useDefault&&s.reflect&&n===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,s))))return;this.C(t,e,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:s,reflect:i,wrapped:n},r){s&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??e??this[t]),n!==!0||r!==void 0)||(this._$AL.has(t)||(this.hasUpdated||s||(e=void 0),this._$AL.set(t,e)),i===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,n]of this._$Ep)this[i]=n;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[i,n]of s){let{wrapped:r}=n,d=this[i];r!==!0||this._$AL.has(i)||d===void 0||this.C(i,void 0,n,d)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(e)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};_.elementStyles=[],_.shadowRootOptions={mode:"open"},_[D("elementProperties")]=new Map,_[D("finalized")]=new Map,at?.({ReactiveElement:_}),(W.reactiveElementVersions??=[]).push("2.1.2");var ce=globalThis,Te=o=>o,F=ce.trustedTypes,Pe=F?F.createPolicy("lit-html",{createHTML:o=>o}):void 0,he="$lit$",y=`lit$${Math.random().toFixed(9).slice(2)}$`,pe="?"+y,lt=`<${pe}>`,A=document,L=()=>A.createComment(""),q=o=>o===null||typeof o!="object"&&typeof o!="function",ue=Array.isArray,De=o=>ue(o)||typeof o?.[Symbol.iterator]=="function",de=`[ 	
\f\r]`,U=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Ce=/-->/g,Oe=/>/g,k=RegExp(`>|${de}(?:([^\\s"'>=/]+)(${de}*=${de}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),Me=/'/g,je=/"/g,Ue=/^(?:script|style|textarea|title)$/i,me=o=>(t,...e)=>({_$litType$:o,strings:t,values:e}),a=me(1),X=me(2),xt=me(3),w=Symbol.for("lit-noChange"),c=Symbol.for("lit-nothing"),He=new WeakMap,S=A.createTreeWalker(A,129);function Le(o,t){if(!ue(o)||!o.hasOwnProperty("raw"))throw Error("invalid template strings array");return Pe!==void 0?Pe.createHTML(t):t}var qe=(o,t)=>{let e=o.length-1,s=[],i,n=t===2?"<svg>":t===3?"<math>":"",r=U;for(let d=0;d<e;d++){let l=o[d],h,p,m=-1,v=0;for(;v<l.length&&(r.lastIndex=v,p=r.exec(l),p!==null);)v=r.lastIndex,r===U?p[1]==="!--"?r=Ce:p[1]!==void 0?r=Oe:p[2]!==void 0?(Ue.test(p[2])&&(i=RegExp("</"+p[2],"g")),r=k):p[3]!==void 0&&(r=k):r===k?p[0]===">"?(r=i??U,m=-1):p[1]===void 0?m=-2:(m=r.lastIndex-p[2].length,h=p[1],r=p[3]===void 0?k:p[3]==='"'?je:Me):r===je||r===Me?r=k:r===Ce||r===Oe?r=U:(r=k,i=void 0);let u=r===k&&o[d+1].startsWith("/>")?" ":"";n+=r===U?l+lt:m>=0?(s.push(h),l.slice(0,m)+he+l.slice(m)+y+u):l+y+(m===-2?d:u)}return[Le(o,n+(o[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},N=class o{constructor({strings:t,_$litType$:e},s){let i;this.parts=[];let n=0,r=0,d=t.length-1,l=this.parts,[h,p]=qe(t,e);if(this.el=o.createElement(h,s),S.currentNode=this.el.content,e===2||e===3){let m=this.el.content.firstChild;m.replaceWith(...m.childNodes)}for(;(i=S.nextNode())!==null&&l.length<d;){if(i.nodeType===1){if(i.hasAttributes())for(let m of i.getAttributeNames())if(m.endsWith(he)){let v=p[r++],u=i.getAttribute(m).split(y),C=/([.?@])?(.*)/.exec(v);l.push({type:1,index:n,name:C[2],strings:u,ctor:C[1]==="."?K:C[1]==="?"?G:C[1]==="@"?Q:E}),i.removeAttribute(m)}else m.startsWith(y)&&(l.push({type:6,index:n}),i.removeAttribute(m));if(Ue.test(i.tagName)){let m=i.textContent.split(y),v=m.length-1;if(v>0){i.textContent=F?F.emptyScript:"";for(let u=0;u<v;u++)i.append(m[u],L()),S.nextNode(),l.push({type:2,index:++n});i.append(m[v],L())}}}else if(i.nodeType===8)if(i.data===pe)l.push({type:2,index:n});else{let m=-1;for(;(m=i.data.indexOf(y,m+1))!==-1;)l.push({type:7,index:n}),m+=y.length-1}n++}}static createElement(t,e){let s=A.createElement("template");return s.innerHTML=t,s}};function R(o,t,e=o,s){if(t===w)return t;let i=s!==void 0?e._$Co?.[s]:e._$Cl,n=q(t)?void 0:t._$litDirective$;return i?.constructor!==n&&(i?._$AO?.(!1),n===void 0?i=void 0:(i=new n(o),i._$AT(o,e,s)),s!==void 0?(e._$Co??=[])[s]=i:e._$Cl=i),i!==void 0&&(t=R(o,i._$AS(o,t.values),i,s)),t}var J=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,i=(t?.creationScope??A).importNode(e,!0);S.currentNode=i;let n=S.nextNode(),r=0,d=0,l=s[0];for(;l!==void 0;){if(r===l.index){let h;l.type===2?h=new O(n,n.nextSibling,this,t):l.type===1?h=new l.ctor(n,l.name,l.strings,this,t):l.type===6&&(h=new Y(n,this,t)),this._$AV.push(h),l=s[++d]}r!==l?.index&&(n=S.nextNode(),r++)}return S.currentNode=A,i}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},O=class o{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,i){this.type=2,this._$AH=c,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=R(this,t,e),q(t)?t===c||t==null||t===""?(this._$AH!==c&&this._$AR(),this._$AH=c):t!==this._$AH&&t!==w&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):De(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==c&&q(this._$AH)?this._$AA.nextSibling.data=t:this.T(A.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,i=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=N.createElement(Le(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(e);else{let n=new J(i,this),r=n.u(this.options);n.p(e),this.T(r),this._$AH=n}}_$AC(t){let e=He.get(t.strings);return e===void 0&&He.set(t.strings,e=new N(t)),e}k(t){ue(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,i=0;for(let n of t)i===e.length?e.push(s=new o(this.O(L()),this.O(L()),this,this.options)):s=e[i],s._$AI(n),i++;i<e.length&&(this._$AR(s&&s._$AB.nextSibling,i),e.length=i)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=Te(t).nextSibling;Te(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},E=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,i,n){this.type=1,this._$AH=c,this._$AN=void 0,this.element=t,this.name=e,this._$AM=i,this.options=n,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=c}_$AI(t,e=this,s,i){let n=this.strings,r=!1;if(n===void 0)t=R(this,t,e,0),r=!q(t)||t!==this._$AH&&t!==w,r&&(this._$AH=t);else{let d=t,l,h;for(t=n[0],l=0;l<n.length-1;l++)h=R(this,d[s+l],e,l),h===w&&(h=this._$AH[l]),r||=!q(h)||h!==this._$AH[l],h===c?t=c:t!==c&&(t+=(h??"")+n[l+1]),this._$AH[l]=h}r&&!i&&this.j(t)}j(t){t===c?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},K=class extends E{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===c?void 0:t}},G=class extends E{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==c)}},Q=class extends E{constructor(t,e,s,i,n){super(t,e,s,i,n),this.type=5}_$AI(t,e=this){if((t=R(this,t,e,0)??c)===w)return;let s=this._$AH,i=t===c&&s!==c||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,n=t!==c&&(s===c||i);i&&this.element.removeEventListener(this.name,this,s),n&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},Y=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){R(this,t)}},Ne={M:he,P:y,A:pe,C:1,L:qe,R:J,D:De,V:R,I:O,H:E,N:G,U:Q,B:K,F:Y},dt=ce.litHtmlPolyfillSupport;dt?.(N,O),(ce.litHtmlVersions??=[]).push("3.3.3");var Ie=(o,t,e)=>{let s=e?.renderBefore??t,i=s._$litPart$;if(i===void 0){let n=e?.renderBefore??null;s._$litPart$=i=new O(t.insertBefore(L(),n),n,void 0,e??{})}return i._$AI(o),i};var ge=globalThis,b=class extends _{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=Ie(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return w}};b._$litElement$=!0,b.finalized=!0,ge.litElementHydrateSupport?.({LitElement:b});var ct=ge.litElementPolyfillSupport;ct?.({LitElement:b});(ge.litElementVersions??=[]).push("4.2.2");var T=["internet","lan","peers","hub","control","report","share"],Z=["default","allow","ask","deny"],M=["default","trusted","local_only","cloud_only","restricted","ask"];function I(o,t,e={}){return o.callWS({type:`secure_hub/${t}`,...e})}var ht=2e3,ee=class extends EventTarget{constructor(e){super();this.hass=e;this.rows=new Map;this.condition="loading";this.version=0;this.frame=0;this.running=!1}start(){this.running=!0,this.follow()}stop(){this.running=!1,clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async follow(){try{this.end=await this.hass().connection.subscribeMessage(e=>this.take(e),{type:"secure_hub/subscribe"}),await this.read(),this.condition="ready",this.trouble=void 0}catch(e){this.trouble=e,this.condition="stopped",this.later()}this.tell()}async read(){let e=new Map;this.overview=await I(this.hass(),"overview");let s=null;do{let i=await I(this.hass(),"assets",s===null?{}:{after:s});for(let n of i.assets)e.set(n.id,n);s=i.after}while(s!==null);this.rows=e,this.version++}take(e){e.stopped&&(this.condition="stopped",this.later()),e.overview&&(this.overview=e.overview);for(let s of e.changed??[])this.rows.set(s.id,s);for(let s of e.gone??[])this.rows.delete(s);(e.changed||e.gone)&&this.version++,this.tell()}later(){clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0,this.running&&(this.timer=setTimeout(()=>{this.follow()},ht))}tell(){this.frame||(this.frame=requestAnimationFrame(()=>{this.frame=0,this.dispatchEvent(new Event("changed"))}))}};var f=g`
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
`;var P={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Ve=o=>(...t)=>({_$litDirective$:o,values:t}),te=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:Bt}=Ne;var Be=o=>o.strings===void 0;var pt={},ze=(o,t=pt)=>o._$AH=t;var We=Ve(class extends te{constructor(o){if(super(o),o.type!==P.PROPERTY&&o.type!==P.ATTRIBUTE&&o.type!==P.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!Be(o))throw Error("`live` bindings can only contain a single expression")}render(o){return o}update(o,[t]){if(t===w||t===c)return t;let e=o.element,s=o.name;if(o.type===P.PROPERTY){if(t===e[s])return w}else if(o.type===P.BOOLEAN_ATTRIBUTE){if(!!t===e.hasAttribute(s))return w}else if(o.type===P.ATTRIBUTE&&e.getAttribute(s)===t+"")return w;return ze(o),t}});function se(o,t,e,s){let i=t.scopes[e];if(!i)return a`<span class="muted" title=${o.t("scope_not_for_it")}>–<span class="hidden-text">${o.t("scope_not_for_it")}</span></span>`;let n=i.enforced==="not_enforceable",r=o.t(`cell_${i.decision}`),d=[o.t("cell_label",{name:t.name,scope:o.scope(e),decision:o.decision(i.decision)}),o.t("cell_enforced",{enforced:o.enforced(i.enforced)}),i.exceptions?o.n("cell_exceptions",i.exceptions):""].filter(Boolean).join(" ");return a`<select
    class="${i.decision} ${i.said==="default"?"":"said"} ${i.enforced}"
    aria-label=${d}
    title=${d}
    .value=${We(i.said)}
    ?disabled=${t.protected!==null}
    @change=${l=>s(l.target.value)}
  >
    ${Z.map(l=>a`<option value=${l} ?selected=${l===i.said}>
          ${n&&l===i.said?"⊘ ":""}${l==="default"?`(${r})`:o.t(`cell_${l}`)}${l===i.said&&i.exceptions?" *":""}
        </option>`)}
  </select>`}function ie(o,t){let e=n=>n!==null&&typeof n=="object"?Object.entries(n).map(([r,d])=>`${r.replaceAll("_"," ")}: ${e(d)}`).join(", "):String(n),s=t.before===null&&t.after===null?c:a` <span>${t.before===null?"":`${e(t.before)} → `}<strong>${e(t.after)}</strong></span>`,i=t.details?e(t.details).slice(0,300):"";return a`<time class="muted" datetime=${new Date(t.time*1e3).toISOString()}>${o.time(t.time)}</time>
    <strong>${o.t(`did_${t.action}`)}</strong>${t.asset_id?a` <a href="/secure-hub/device/${t.asset_id}">${t.asset??o.t("gone_device")}</a>`:c}${s}
    <span class="muted">${o.t("did_by",{who:t.actor_name??(t.actor?o.t("gone_user"):"Secure Hub")})}${t.reason?` (${o.t(`because_${t.reason}`)})`:""}${i?`; ${i}`:""}</span>`}var $=class extends b{constructor(){super(...arguments);this.onChange=()=>this.changed()}static{this.properties={hass:{attribute:!1,hasChanged:()=>!1},store:{attribute:!1},words:{attribute:!1},frame:{attribute:!1},path:{}}}static{this.styles=[f]}connectedCallback(){super.connectedCallback(),this.store.addEventListener("changed",this.onChange)}disconnectedCallback(){super.disconnectedCallback(),this.store.removeEventListener("changed",this.onChange)}changed(){this.requestUpdate()}ask(e,s={}){return I(this.hass,e,s)}async attempt(e){try{return await e()}catch(s){this.frame.tell(this.words.failure(s));return}}outcome(e,s,i){if(!e)return;let n=Object.values(e.failed),r=e.done.length?[s(e.done.length)]:[];if(n.length){let d=[...new Set(n.map(l=>this.words.failure(l)))];r.push(this.words.n("not_done",n.length,{reason:d.slice(0,3).join(" ")}))}this.frame.tell(r.join(" "),e.done.length?i:void 0)}async quarantine(e,s){let{words:i}=this,n=i.list(e.slice(0,10).map(h=>h.name));if(!await this.frame.confirm({title:i.n("quarantine_sure",e.length,{name:n}),body:a`<p>${i.t("quarantine_means")}</p>
        ${e.some(h=>h.coverage!=="full")?a`<p class="note held">${i.t("quarantine_partly")}</p>`:c}
        ${e.length>1?a`<p>${n}${e.length>10?" …":""}</p>`:c}`,confirm:i.t("quarantine"),danger:!0}))return;let d=e.map(h=>h.id),l=await this.attempt(()=>this.ask("quarantine",{asset_ids:d,...s?{reason:s}:{}}));this.outcome(l,h=>i.n("was_quarantined",h,{name:n}),()=>this.ask("release",{asset_ids:(l?.done??[]).map(h=>d[h])}))}async release(e){let s=e.map(l=>l.id),i=this.words.list(e.slice(0,10).map(l=>l.name)),n=new Set(e.filter(l=>l.standing==="quarantined").map(l=>l.id)),r=await this.attempt(()=>this.ask("release",{asset_ids:s})),d=(r?.done??[]).map(l=>s[l]).filter(l=>l!==void 0&&n.has(l));this.outcome(r,l=>this.words.n("was_released",l,{name:i}),d.length?()=>this.ask("quarantine",{asset_ids:d}):void 0)}link(e,s){return a`<a
      href="/secure-hub/${e}"
      @click=${i=>{i.ctrlKey||i.metaKey||i.shiftKey||(i.preventDefault(),this.frame.go(e))}}
      >${s}</a
    >`}standing(e){let s=e.standing!=="admitted"!==e.contained&&e.coverage!=="none";return a`<span class="badge ${e.standing}"
      >${this.words.t(`standing_${e.standing}`)}${s?` (${this.words.enforced("pending")})`:""}</span
    >`}willUpdate(e){}};var ut=20,fe=class extends ${constructor(){super(...arguments);this.shown="";this.reading=0}static{this.properties={details:{state:!0},lines:{state:!0},missing:{state:!0}}}willUpdate(e){e.has("path")&&(this.details=this.lines=this.missing=void 0,this.shown="");let s=this.store.rows.get(this.path),i=JSON.stringify(s??null);i!==this.shown&&(this.shown=i,this.read())}async read(){let e=++this.reading,s=this.path;try{let i=await this.ask("asset",{asset_id:s}),n=await this.ask("journal",{asset_id:s,limit:ut});e===this.reading&&(this.details=i,this.lines=n.records)}catch(i){e===this.reading&&(this.missing=this.words.failure(i))}}render(){let{details:e,words:s}=this;return this.missing?a`<p class="card" role="alert">${this.missing} ${this.link("devices",s.t("tab_devices"))}</p>`:e?a`<div class="stack">
      <p>${this.link("devices",`← ${s.t("tab_devices")}`)}</p>
      ${this.top(e)}
      <section class="stack" aria-labelledby="may">
        <h2 id="may">${s.t("may")}</h2>
        <div class="cards">
          ${T.map(i=>{let n=e.verdicts[i];return n?this.verdict(e,i,n):c})}
        </div>
      </section>
      ${this.said(e)}
      <div class="cards">${this.identity(e)} ${this.evidence(e)}</div>
      <section class="card" aria-labelledby="happened">
        <h2 id="happened">${s.t("happened")}</h2>
        ${this.lines?.length?a`<ul class="lines">
              ${this.lines.map(i=>a`<li>${ie(s,i)}</li>`)}
            </ul>`:a`<p>${s.t("happened_nothing")}</p>`}
        ${this.link(`journal/${e.id}`,s.t("happened_all"))}
      </section>
    </div>`:a`<p role="status">${s.t("loading")}</p>`}top(e){let{words:s}=this,{quarantine:i}=e;return a`<section class="card">
      <div class="row between">
        <h2>${e.name}</h2>
        <div class="row">
          ${e.standing==="admitted"?c:a`<button class="main" @click=${()=>this.release([e])}>
                ${s.t(e.standing==="held"?"let_in":"release")}
              </button>`}
          ${e.standing==="quarantined"?c:a`<button
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
            ${s.t("quarantined_since",{time:s.time(i.since),reason:s.t(`because_${i.reason}`)})}
          </p>`:c}
      ${e.protected?a`<p class="note held">${s.t(`protected_${e.protected}`)}</p>`:c}
      <p class="note ${e.coverage==="full"?"allow":"held"}">
        <strong>${s.t("reach")}:</strong> ${s.coverage(e.coverage)}. ${s.why(e.coverage_reason)}.
      </p>
      <p class="row">
        <label class="row"
          >${s.t("column_profile")}
          <select @change=${n=>this.profile(e,n.target.value)}>
            ${[...M,...e.profile==="quarantined"?["quarantined"]:[]].map(n=>a`<option value=${n} ?selected=${n===e.profile}>${s.profile(n)}</option>`)}
          </select></label
        >
        ${e.device_id?a`<a href="/config/devices/device/${e.device_id}">${s.t("open_device")}</a>`:c}
      </p>
    </section>`}verdict(e,s,i){let{words:n}=this,r=i.enforced==="not_enforceable";return a`<article class="card" data-scope=${s}>
      <div class="row between">
        <h3>${n.scope(s)}</h3>
        <span class="badge ${i.decision}">${n.decision(i.decision)}</span>
      </div>
      <p>${n.t("because",{reason:n.reason(i.reason)})}</p>
      <p class=${r?"note held":"muted"}>
        ${n.t("cell_enforced",{enforced:n.enforced(i.enforced)})} ${r?n.why(i.coverage_reason):""}
      </p>
      ${this.voices("overrode",i.overrode)} ${this.voices("exceptions",i.exceptions)}
      <div class="row scope">
        ${se(n,e,s,d=>this.decide(e,s,d))}
        ${i.decision==="allow"||e.standing==="quarantined"||r?c:a`<button @click=${()=>this.grant(e,s)}>${n.t("allow_hour")}</button>`}
      </div>
    </article>`}voices(e,s){return s.length?a`<details>
      <summary>${this.words.n(e,s.length)}</summary>
      <ul>
        ${s.map(i=>a`<li>
            ${this.words.reason(i.layer)}: ${this.words.decision(i.decision)}${i.destination==="any"?"":a` → <code>${i.destination}</code>`}
          </li>`)}
      </ul>
    </details>`:c}said(e){let{words:s}=this,i=e.rules.filter(n=>n.destination!=="any");return!i.length&&!e.grants.length&&!e.allow_list.length?c:a`<section class="card" aria-labelledby="said">
      <h2 id="said">${s.t("said")}</h2>
      <table>
        <thead>
          <tr><th scope="col">${s.t("scope")}</th><th scope="col">${s.t("destination")}</th><th scope="col">${s.t("decision")}</th><th scope="col">${s.t("until")}</th></tr>
        </thead>
        <tbody>
          ${e.grants.map(n=>a`<tr>
              <td>${s.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${s.decision("allow")}</td>
              <td>
                ${s.time(n.expires)}
                <button @click=${()=>this.revoke(e,n.scope)}>${s.t("revoke")}</button>
              </td>
            </tr>`)}
          ${i.map(n=>a`<tr>
              <td>${s.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${s.decision(n.decision)}</td>
              <td>${s.t("always")}</td>
            </tr>`)}
          ${e.allow_list.map(n=>a`<tr>
              <td>${s.scope(n.scope)}</td>
              <td><code>${this.where(n.destination)}</code></td>
              <td>${s.decision("allow")}</td>
              <td>${s.t("on_its_list")}</td>
            </tr>`)}
        </tbody>
      </table>
    </section>`}where(e){return e==="any"?this.words.t("anywhere"):e}identity(e){let{words:s}=this;return a`<section class="card" aria-labelledby="who">
      <h2 id="who">${s.t("who")}</h2>
      <dl>
        ${e.identifiers.filter(i=>i.kind!=="registry").map(i=>a`<dt>${s.t(`identifier_${i.kind}`)}</dt><dd><code>${i.value}</code></dd>`)}
        ${e.addresses.length?a`<dt>${s.t("addresses")}</dt><dd>${e.addresses.join(", ")}</dd>`:c}
        ${e.interfaces.length?a`<dt>${s.t("interfaces")}</dt><dd>${e.interfaces.join(", ")}</dd>`:c}
        ${e.integrations.length?a`<dt>${s.t("integrations")}</dt><dd>${e.integrations.join(", ")}</dd>`:c}
        <dt>${s.t("first_seen")}</dt>
        <dd>${s.time(e.first_seen,{dateStyle:"medium"})}</dd>
        <dt>${s.t("last_seen")}</dt>
        <dd>${e.present?s.t("now"):s.time(e.last_seen,{dateStyle:"medium"})}</dd>
      </dl>
    </section>`}evidence(e){let{words:s}=this;return a`<section class="card" aria-labelledby="evidence">
      <h2 id="evidence">${s.t("evidence",{kind:s.t(`class_${e.class}`)})}</h2>
      ${e.evidence.length?a`<ul>
            ${e.evidence.map(i=>a`<li>${s.t(`class_${i.class}`)}: ${i.fact.replaceAll("_"," ")} <code>${i.detail}</code></li>`)}
          </ul>`:a`<p>${s.t("evidence_none")}</p>`}
      ${e.governed?c:a`<p class="note">${s.t("ungoverned_means")}</p>`}
    </section>`}async decide(e,s,i){let n=e.scopes[s].said,r=h=>({changes:[{value:e.id,scope:s,decision:h}]}),d=await this.attempt(()=>this.ask("set_permissions",r(i))),{words:l}=this;this.outcome(d,h=>l.n("was_decided",h,{name:e.name,scope:l.scope(s),decision:l.option("decision",i)}),()=>this.ask("set_permissions",r(n))),this.read()}async profile(e,s){let i=r=>({asset_ids:[e.id],profile:r}),n=await this.attempt(()=>this.ask("set_profile",i(s)));this.outcome(n,r=>this.words.n("was_profiled",r,{name:e.name,profile:this.words.profile(s)}),()=>this.ask("set_profile",i(e.profile)))}async grant(e,s){let i=e.id;await this.attempt(async()=>{await this.ask("grant",{asset_id:i,scope:s,duration:"1_hour"}),this.frame.tell(this.words.t("was_granted",{name:e.name,scope:this.words.scope(s)}),()=>this.ask("revoke",{asset_id:i,scope:s}))}),this.read()}async revoke(e,s){await this.attempt(()=>this.ask("revoke",{asset_id:e.id,scope:s})),this.read()}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-device",fe);var j=56,Fe=g`
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
`;var Je=6,mt=1e3;var Ke=[["name","class"],["standing"],["profile"],["coverage"]],$e=class extends ${constructor(){super();this.rows=[];this.seen=-1;this.height=600;Object.assign(this,{search:"",kind:"",sort:"name",downwards:!1,everything:!1,top:0}),Object.assign(this,{marked:new Set,scope:"internet",decision:"deny"})}static{this.properties={search:{state:!0},kind:{state:!0},sort:{state:!0},downwards:{state:!0},everything:{state:!0},marked:{state:!0},top:{state:!0},scope:{state:!0},decision:{state:!0}}}willUpdate(e){if(["search","kind","sort","downwards","everything"].some(i=>e.has(i))||this.seen!==this.store.version){this.seen=this.store.version,this.rows=this.listed();let i=[...this.marked].filter(n=>this.store.rows.has(n));i.length!==this.marked.size&&(this.marked=new Set(i))}}listed(){let e=this.search.trim().toLocaleLowerCase(),s=[...this.store.rows.values()].filter(r=>(this.everything||r.governed)&&(!this.kind||r.class===this.kind)&&(!e||[r.name,r.manufacturer,r.model,this.area(r),this.words.t(`class_${r.class}`)].some(d=>d?.toLocaleLowerCase().includes(e)))),i=r=>this.sort==="name"?r.name:`${r[this.sort]} ${r.name}`,n=this.downwards?-1:1;return s.sort((r,d)=>n*this.words.compare(i(r),i(d)))}area(e){return e.area_id?this.hass.areas?.[e.area_id]?.name??"":""}firstUpdated(){let e=this.renderRoot.querySelector(".scroller");new ResizeObserver(()=>{this.height=e.clientHeight,this.requestUpdate()}).observe(e)}render(){let{words:e}=this,s=Math.max(0,Math.floor(this.top/j)-Je),i=Math.min(this.rows.length,Math.ceil((this.top+this.height)/j)+Je);return a`
      ${this.filters()} ${this.marked.size?this.bulk():c}
      <div
        class="scroller"
        role="table"
        aria-label=${e.t("matrix")}
        aria-rowcount=${this.rows.length+1}
        aria-colcount=${T.length+Ke.length+1}
        @scroll=${n=>this.top=n.target.scrollTop}
      >
        ${this.head()}
        <div role="rowgroup" class="rows" style="height:${this.rows.length*j}px">
          ${this.rows.slice(s,i).map((n,r)=>this.row(n,s+r))}
        </div>
        ${this.rows.length?c:a`<p class="empty">${e.t(this.store.rows.size?"none_found":"no_devices")}</p>`}
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
            @change=${()=>this.marked=new Set(s?[]:this.rows.slice(0,mt).map(i=>i.id))}
        /></span>
        ${Ke.map(i=>a`<span
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
    </div>`}row(e,s){let{words:i}=this;return a`<div role="row" aria-rowindex=${s+2} class="line" style="top:${s*j}px" data-id=${e.id}>
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
    </div>`}mark(e){let s=new Set(this.marked);s.delete(e)||s.add(e),this.marked=s}chosen(){return[...this.marked].map(e=>this.store.rows.get(e)).filter(e=>e!==void 0)}bulk(){let{words:e}=this,s=this.chosen();return a`<div class="card row bulk" role="group" aria-label=${e.t("bulk")}>
      <strong>${e.n("marked",s.length)}</strong>
      <select aria-label=${e.t("scope")} @change=${i=>this.scope=i.target.value}>
        ${T.map(i=>a`<option value=${i} ?selected=${i===this.scope}>${e.scope(i)}</option>`)}
      </select>
      <select
        aria-label=${e.t("decision")}
        @change=${i=>this.decision=i.target.value}
      >
        ${Z.map(i=>a`<option value=${i} ?selected=${i===this.decision}>${e.option("decision",i)}</option>`)}
      </select>
      <button class="main" @click=${()=>this.preview(s)}>${e.t("preview")}</button>
      <select aria-label=${e.t("set_profile")} .value=${""} @change=${i=>this.profile(s,i.target)}>
        <option value="">${e.t("set_profile")}</option>
        ${M.map(i=>a`<option value=${i}>${e.profile(i)}</option>`)}
      </select>
      <button class="danger" @click=${()=>this.quarantine(s)}>${e.t("quarantine")}</button>
      <button @click=${()=>this.release(s)}>${e.t("release")}</button>
      <button @click=${()=>this.marked=new Set}>${e.t("mark_none")}</button>
    </div>`}async preview(e){let{words:s,scope:i,decision:n}=this,r=e.filter(u=>u.scopes[i]).map(u=>({value:u.id,scope:i,decision:n}));if(!r.length)return this.frame.tell(s.t("scope_for_none"));let d=await this.attempt(()=>this.ask("set_permissions",{changes:r,preview:!0}));if(!d)return;let l=u=>this.store.rows.get(u)?.name??u,h=d.assets.filter(u=>u.before!==u.after),p=d.assets.filter(u=>u.coverage==="none"),m=Object.entries(d.failed);await this.frame.confirm({title:s.n("preview_title",r.length,{scope:s.scope(i),decision:s.option("decision",n)}),confirm:s.t("apply"),body:a`
        <p>${s.n("preview_changes",h.length)}</p>
        <ul>
          ${h.slice(0,12).map(u=>a`<li>${l(u.asset_id)}: ${s.decision(u.before)} → <strong>${s.decision(u.after)}</strong></li>`)}
          ${h.length>12?a`<li>${s.n("and_more",h.length-12)}</li>`:c}
        </ul>
        ${p.length?a`<p class="note held">
              ${s.n("preview_open",p.length,{names:s.list(p.slice(0,8).map(u=>l(u.asset_id)))})}
              ${s.why(p[0].coverage_reason)}
            </p>`:c}
        ${m.map(([u,C])=>a`<p class="note deny">${l(r[Number(u)]?.value??"")}: ${s.failure(C)}</p>`)}
        ${e.length>r.length?a`<p class="muted">${s.n("preview_not_for",e.length-r.length)}</p>`:c}
      `})&&await this.decide(e,i,n)}async decide(e,s,i){let n=e.filter(h=>h.scopes[s]),r=n.map(h=>({value:h.id,scope:s,decision:i})),d=n.map(h=>({value:h.id,scope:s,decision:h.scopes[s].said})),l=await this.attempt(()=>this.ask("set_permissions",{changes:r}));this.outcome(l,h=>this.words.n("was_decided",h,{name:n[0]?.name,scope:this.words.scope(s),decision:this.words.option("decision",i)}),()=>this.ask("set_permissions",{changes:(l?.done??[]).map(h=>d[h])})),this.requestUpdate()}async profile(e,s){let i=s.value;s.value="";let n=e.map(d=>({id:d.id,profile:d.profile})),r=await this.attempt(()=>this.ask("set_profile",{asset_ids:e.map(d=>d.id),profile:i}));this.outcome(r,d=>this.words.n("was_profiled",d,{name:e[0]?.name,profile:this.words.profile(i)}),async()=>{let d=(r?.done??[]).map(l=>n[l]);for(let l of new Set(d.map(h=>h.profile))){let h=d.filter(p=>p.profile===l).map(p=>p.id);await this.ask("set_profile",{asset_ids:h,profile:l})}})}static{this.styles=[f,Fe]}};customElements.define("secure-hub-devices",$e);var Ge=20,ve=class extends ${connectedCallback(){super.connectedCallback(),this.timer=setInterval(()=>this.store.overview?.trial_ends&&this.requestUpdate(),1e3)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.timer)}render(){let{overview:t}=this.store;if(!t)return c;let e=[...this.store.rows.values()].sort((r,d)=>this.words.compare(r.name,d.name)),s=e.filter(r=>r.standing==="held"),i=e.filter(r=>r.standing==="quarantined"),n=[this.trial(t),this.journal(t),...this.enforcers(t),...this.some(s,r=>this.newcomer(r)),...this.some(i,r=>this.quarantined(r))].filter(r=>r!==c);return a`<div class="stack">
      <section class="card" aria-labelledby="sentence">
        <h2 id="sentence">${this.sentence(t)}</h2>
        <p class="row">
          <span class="badge ${t.state}">${this.words.t(`state_${t.state}`)}</span>
          ${t.lockdown?a`<span class="badge deny">${this.words.t("lockdown_on")}</span>`:c}
          <span class="muted">${this.words.t(`state_${t.state}_means`)}</span>
        </p>
      </section>
      <section class="stack" aria-labelledby="needs">
        <h2 id="needs">${this.words.t("needs_you")}</h2>
        ${n.length?a`<div class="cards">${n}</div>`:a`<p class="card">${this.words.t("needs_nothing")}</p>`}
      </section>
      ${this.reach(e)}
    </div>`}sentence(t){let{words:e}=this,s=["held","quarantined"].filter(i=>t.counts[i]).map(i=>e.n(`count_${i}`,t.counts[i]));return s.length?e.t("sentence_some",{parts:e.list(s)}):e.n("sentence_quiet",t.counts.governed)}some(t,e){let s=t.length-Ge;return[...t.slice(0,Ge).map(e),...s>0?[a`<p class="card">${this.link("devices",this.words.n("and_more",s))}</p>`]:[]]}trial(t){if(t.trial_ends===null)return c;let e=Math.max(0,Math.round(t.trial_ends-Date.now()/1e3));return a`<article class="card">
      <h3>${this.words.t("trial")}</h3>
      <p>${this.words.n("trial_ends",e)}</p>
      <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${this.words.t("trial_keep")}</button>
    </article>`}journal(t){return t.journal.intact?c:a`<article class="card">
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
          ${e.detail?a`<p class="muted">${e.detail}</p>`:c}
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
    </article>`}what(t){return[this.words.t(`class_${t.class}`),t.manufacturer,t.model].filter(Boolean).join(", ")}reach(t){let{words:e}=this,s=t.filter(n=>n.governed),i=["full","routed","hub_only","none"];return a`<section class="card" aria-labelledby="reach">
      <h2 id="reach">${e.t("reach")}</h2>
      ${s.length?c:a`<p>${e.t("no_devices")}</p>`}
      <dl>
        ${i.map(n=>[n,s.filter(r=>r.coverage===n).length]).filter(([,n])=>n).map(([n,r])=>a`<dt>${e.n("devices",r)}</dt>
            <dd>${e.coverage(n)}</dd>`)}
      </dl>
    </section>`}};customElements.define("secure-hub-home",ve);var Qe=50,gt=2e4,Ye={decisions:["quarantine","release","set_permission","set_profile","grant","revoke","set_everybody","confirm","import_manifest","set_limit"],enforcement:["enforced","drift","decision_failed","rolled_back"],devices:["first_look","assets_appeared","assets_gone","assets_merged","asset_split"]},ft=["any_day","today","yesterday","week"],we=class extends ${constructor(){super();this.turn=0;Object.assign(this,{older:null,kind:"",day:"any_day",busy:!1})}static{this.properties={records:{state:!0},older:{state:!0},kind:{state:!0},day:{state:!0},verified:{state:!0},busy:{state:!0}}}willUpdate(e){let s=this.store.overview?.journal.records;(e.has("path")||e.has("kind")||e.has("day"))&&(this.records=void 0),(this.records===void 0||s!==this.seen&&this.records.length<=Qe)&&(this.seen=s,this.more(!0))}asked(){let e=new Date().setHours(0,0,0,0)/1e3;return{...{any_day:{},today:{since:e},yesterday:{since:e-86400,until:e},week:{since:e-6*86400}}[this.day],...this.path?{asset_id:this.path}:{},...this.kind?{actions:Ye[this.kind]}:{}}}async more(e=!1){let s=++this.turn,i=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:Qe,...e||this.older===null?{}:{before:this.older}}));s===this.turn&&(this.records=[...e?[]:this.records??[],...i?.records??[]],this.older=i?.before??null)}async verify(){this.busy=!0,this.verified=await this.attempt(()=>this.ask("journal/verify")),this.busy=!1}async save(){this.busy=!0;let e=[],s=null;do{let n=await this.attempt(()=>this.ask("journal",{...this.asked(),limit:500,...s===null?{}:{before:s}}));if(!n)break;e.push(...n.records.map(r=>JSON.stringify(r))),s=n.before}while(s!==null&&e.length<gt);this.busy=!1;let i=document.createElement("a");i.href=URL.createObjectURL(new Blob([e.join(`
`)+`
`],{type:"application/jsonl"})),i.download=`secure-hub-journal-${new Date().toISOString().slice(0,10)}.jsonl`,i.click(),URL.revokeObjectURL(i.href),this.frame.tell(this.words.n("exported",e.length))}render(){let{words:e,records:s}=this,i=r=>d=>Object.assign(this,{[r]:d.target.value}),n=this.path?this.store.rows.get(this.path):void 0;return a`<div class="stack">
      <div class="row">
        <select aria-label=${e.t("kind_of_entry")} @change=${i("kind")}>
          <option value="">${e.t("every_entry")}</option>
          ${Object.keys(Ye).map(r=>a`<option value=${r}>${e.t(`entries_${r}`)}</option>`)}
        </select>
        <select aria-label=${e.t("day")} @change=${i("day")}>
          ${ft.map(r=>a`<option value=${r}>${e.t(r)}</option>`)}
        </select>
        ${this.path?a`<span class="badge">${n?.name??e.t("gone_device")}</span> ${this.link("journal",e.t("every_device"))}`:c}
        <span class="grow"></span>
        <button ?disabled=${this.busy} @click=${()=>this.verify()}>${e.t("verify")}</button>
        <button ?disabled=${this.busy} @click=${()=>this.save()}>${e.t("export")}</button>
      </div>
      <div role="status">
        ${this.verified?a`<p class="note ${this.verified.ok?"allow":"deny"}">
              ${this.verified.ok?e.n("verified",this.verified.records):e.t("verified_not",{line:this.verified.first_break?.line})}
            </p>`:c}
      </div>
      <section class="card" aria-label=${e.t("tab_journal")}>
        ${s===void 0?a`<p role="status">${e.t("loading")}</p>`:s.length?a`<ul>
                ${s.map(r=>a`<li>${ie(e,r)}</li>`)}
              </ul>`:a`<p>${e.t(this.older===null?"journal_empty":"journal_search_on")}</p>`}
        ${this.older===null?c:a`<button @click=${()=>this.more()}>${e.t("older")}</button>`}
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
    `]}};customElements.define("secure-hub-journal",we);var x=1e3,Xe=300,V=26,be=class extends ${segments(){let t=new Map;for(let e of this.store.rows.values()){if(e.class==="service")continue;let s=e.coverage_reason.startsWith("zigbee")||!e.interfaces.length&&e.scopes.lan===void 0,i=e.interfaces.length?e.interfaces:[s?"":"?"];for(let n of i)t.set(n,[...t.get(n)??[],e])}return[...t].map(([e,s])=>({name:e,rows:s.sort((i,n)=>this.words.compare(i.name,n.name))})).sort((e,s)=>this.words.compare(e.name,s.name))}heading(t){if(t==="")return this.words.t("segment_radio");if(t==="?")return this.words.t("segment_unseen");let e=this.store.overview?.segments.some(s=>s.interface===t);return this.words.t(e?"segment_guarded":"segment_open",{name:t})}render(){let{words:t}=this,e=this.segments(),s=e.reduce((i,n)=>i+n.rows.length,0);return a`<div class="stack">
      <p class="muted">${t.t("map_means")}</p>
      ${s===0?a`<p class="card">${t.t("no_devices")}</p>`:s>Xe?a`<p class="card">${t.t("map_too_large",{count:s})}</p>`:a`<div class="card map" tabindex="0" role="group" aria-label=${t.t("tab_network")}>${this.map(e)}</div>`}
      <div class="cards">
        ${e.map(i=>a`<section class="card">
            <h2>${this.heading(i.name)}</h2>
            <ul>
              ${i.rows.slice(0,Xe).map(n=>a`<li>
                ${this.link(`device/${n.id}`,n.name)}
                ${n.scopes.internet?a`<span class="muted">${t.t(this.open(n)?"reaches_internet":"reaches_not")}</span>`:c}
                ${n.standing==="admitted"?c:this.standing(n)}
              </li>`)}
            </ul>
          </section>`)}
      </div>
    </div>`}open(t){let e=t.scopes.internet;return e!==void 0&&(e.enforced==="not_enforceable"||e.enforced==="monitored"||e.decision==="allow")}map(t){let{words:e}=this,s=Math.floor((x-180)/(V*1.6)),i=70,n=t.map(r=>{let d=Math.ceil(r.rows.length/s),l={segment:r,top:i,height:44+d*V*1.6};return i+=l.height+16,l});return a`<svg viewBox="0 0 ${x} ${i}" role="img" aria-label=${e.t("map_label",{count:t.length})}>
      <text x="20" y="14" class="place">Secure Hub</text>
      <text x="${x-20}" y="30" class="place end">${e.scope("internet")}</text>
      <line x1="${x-50}" y1="40" x2="${x-50}" y2=${i} class="wan" />
      <line x1="40" y1="24" x2="40" y2=${i-16} class="trunk" />
      ${n.map(({segment:r,top:d,height:l})=>{let h=r.rows.some(p=>this.open(p));return X`<g>
          <line x1="40" y1=${d+l/2} x2="70" y2=${d+l/2} class="trunk" />
          ${h?X`<line x1=${x-100} y1=${d+l/2} x2=${x-50} y2=${d+l/2} class="wan" />`:c}
          <rect x="70" y=${d} width=${x-170} height=${l} rx="12" />
          <text x="86" y=${d+24}>${this.heading(r.name)} (${r.rows.length})</text>
          ${r.rows.map((p,m)=>{let v=96+m%s*V*1.6,u=d+54+Math.floor(m/s)*V*1.6;return X`<g class="dot ${p.standing} ${this.open(p)?"open":""}" @click=${()=>this.frame.go(`device/${p.id}`)}>
              <title>${p.name}: ${e.t(`standing_${p.standing}`)}, ${e.t(this.open(p)?"reaches_internet":"reaches_not")}</title>
              <circle cx=${v} cy=${u} r=${V/2} />
              <text x=${v} y=${u+5}>${p.name.slice(0,2)}</text>
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
    `]}};customElements.define("secure-hub-network",be);var _e=class extends ${render(){let{words:t}=this,{overview:e}=this.store;return e?a`<div class="stack">
      ${e.trial_ends===null?c:a`<section class="card row between" role="alert">
            <p>${t.t("trial_means")}</p>
            <button class="main" @click=${()=>this.attempt(()=>this.ask("confirm"))}>${t.t("trial_keep")}</button>
          </section>`}
      <div class="cards">
        ${this.choice("mode",e.mode,["monitor","enforce"],s=>t.option("mode",s))}
        ${this.choice("newcomers",e.newcomers,["hold","allow"],s=>t.option("newcomers",s))}
        ${this.choice("profile",e.home_profile,M.filter(s=>s!=="default"),s=>t.profile(s))}
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
    </div>`:c}choice(t,e,s,i){let{words:n}=this;return a`<fieldset class="card">
      <legend><h2>${n.t(`setting_${t}`)}</h2></legend>
      <p>${n.t(`setting_${t}_means`)}</p>
      ${s.map(r=>a`<label class="row">
          <input
            type="radio"
            name=${t}
            value=${r}
            .checked=${r===e}
            @change=${()=>this.set(t,r,e)}
          />${i(r)}
        </label>`)}
    </fieldset>`}async set(t,e,s){let{words:i}=this,n=await this.attempt(()=>this.ask("set_home",{[t]:e}));n&&this.frame.tell(i.t(n.trial_ends===null?"setting_done":"trial_means"),()=>this.ask("set_home",{[t]:s})),this.requestUpdate()}async lockdown(t){let{words:e}=this;(t.lockdown||await this.frame.confirm({title:e.t("lockdown_sure"),body:e.t("lockdown_means"),confirm:e.t("lockdown_begin"),danger:!0}))&&await this.set("lockdown",!t.lockdown,t.lockdown)}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-settings",_e);var ne=[{name:"",element:"secure-hub-home"},{name:"devices",element:"secure-hub-devices"},{name:"device",element:"secure-hub-device",tab:"devices"},{name:"network",element:"secure-hub-network"},{name:"journal",element:"secure-hub-journal"},{name:"settings",element:"secure-hub-settings"}];function Ze(o){return ne.filter(t=>!t.tab&&(t.when?.(o)??!0))}var $t=["common","exceptions","selector","entity"],re=class o{constructor(t){this.language=t;this.texts={}}static async load(t){let e=new o(t.locale?.language??t.language),s=await Promise.all($t.map(i=>t.callWS({type:"frontend/get_translations",language:e.language,category:i,integration:"secure_hub"})));for(let{resources:i}of s)Object.assign(e.texts,i);return e}find(t,e={}){return this.texts[`component.secure_hub.${t}`]?.replace(/\{(\w+)\}/g,(s,i)=>String(e[i]??""))}t(t,e){return this.find(`common.${t}`,e)??t.replaceAll("_"," ")}n(t,e,s={}){return this.t(`${t}_${e===1?"one":"other"}`,{...s,count:e})}scope(t){return this.find(`selector.scope.options.${t}`)??t}profile(t){return this.find(`selector.profile.options.${t}`)??t}option(t,e){return this.find(`selector.${t}.options.${e}`)??e}attribute(t,e){return this.find(`entity.select.internet.state_attributes.${t}.state.${e}`)??e.replaceAll("_"," ")}decision(t){return this.attribute("decision",t)}reason(t){return this.attribute("reason",t)}enforced(t){return this.attribute("enforced",t)}coverage(t){return this.attribute("coverage",t)}why(t){return this.attribute("coverage_reason",t)}failure(t){let e=t,s=e?.translation_key;return(s?this.find(`exceptions.${s}.message`,e?.translation_placeholders??{}):void 0)??e?.message??String(t)}time(t,e={dateStyle:"medium",timeStyle:"short"}){return new Intl.DateTimeFormat(this.language,e).format(t*1e3)}list(t){return new Intl.ListFormat(this.language).format(t)}compare(t,e){return t.localeCompare(e,this.language,{numeric:!0,sensitivity:"base"})}scopes(t){return this.list(t.map(e=>this.scope(e)))}};var vt=12e3,ye=class extends b{constructor(){super();this.store=new ee(()=>this.hass);this.elements=new Map;this.tick=0,this.store.addEventListener("changed",()=>this.tick++)}static{this.properties={hass:{attribute:!1},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},words:{state:!0},question:{state:!0},news:{state:!0},tick:{state:!0}}}connectedCallback(){super.connectedCallback(),this.store.start(),this.read()}disconnectedCallback(){super.disconnectedCallback(),this.store.stop()}async read(){for(;!this.hass;)await new Promise(e=>setTimeout(e,20));this.words=await re.load(this.hass)}go(e){history.pushState(null,"",`/secure-hub/${e}`),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}confirm(e){return new Promise(s=>{this.question={...e,answer:s}})}tell(e,s){clearTimeout(this.timer),this.news=s?{text:e,undo:s}:{text:e},this.timer=setTimeout(()=>this.news=void 0,vt)}async undo(){let e=this.news?.undo,{words:s}=this;if(!(!e||!s))try{await e(),this.tell(s.t("undone"))}catch(i){this.tell(s.failure(i))}}answer(e){this.question?.answer(e),this.question=void 0}updated(){let e=this.renderRoot.querySelector("dialog");this.question&&e&&!e.open&&e.showModal()}render(){let{words:e}=this;if(!e)return c;let[s="",...i]=(this.route?.path??location.pathname.replace("/secure-hub","")).replace(/^\//,"").split("/"),n=Ze(this.store),r=ne.find(d=>d.name===s)??ne[0];return a`
      <header>
        <button class="menu" aria-label=${e.t("menu")} @click=${this.menu}>☰</button>
        <h1>Secure Hub</h1>
        <nav aria-label=${e.t("views")}>
          ${n.map(d=>a`<a
                href="/secure-hub/${d.name}"
                aria-current=${d.name===(r.tab??r.name)?"page":c}
                @click=${l=>{l.preventDefault(),this.go(d.name)}}
                >${e.t(`tab_${d.name||"home"}`)}</a
              >`)}
        </nav>
      </header>
      <main>${this.body(r.element,decodeURIComponent(i.join("/")))}</main>
      ${this.asked(e)}
      <div class="news" role="status">
        ${this.news?a`<div>
              <span>${this.news.text}</span>
              ${this.news.undo?a`<button @click=${()=>this.undo()}>${e.t("undo")}</button>`:c}
              <button aria-label=${e.t("close")} @click=${()=>this.news=void 0}>✕</button>
            </div>`:c}
      </div>
    `}body(e,s){let i=this.words;if(this.store.condition==="stopped")return a`<section class="card state" role="alert">
        <h2>${i.t("not_running")}</h2>
        <p>${i.failure(this.store.trouble??{message:i.t("not_running_why")})}</p>
        <p>
          ${i.t("not_running_mend")} <a href="/config/integrations/integration/secure_hub">${i.t("open_settings")}</a>
        </p>
      </section>`;if(this.store.condition==="loading")return a`<p class="state" role="status">${i.t("loading")}</p>`;let n=this.elements.get(e);return n||(n=document.createElement(e),this.elements.set(e,n)),Object.assign(n,{hass:this.hass,store:this.store,words:i,frame:this,path:s}),n}asked(e){let{question:s}=this;return s?a`<dialog aria-labelledby="question" @close=${()=>this.answer(!1)}>
      <h2 id="question">${s.title}</h2>
      <div class="body">${s.body}</div>
      <div class="row end">
        <button @click=${()=>this.answer(!1)}>${e.t("cancel")}</button>
        <button class=${s.danger?"danger":"main"} autofocus @click=${()=>this.answer(!0)}>
          ${s.confirm}
        </button>
      </div>
    </dialog>`:c}menu(){this.dispatchEvent(new Event("hass-toggle-menu",{bubbles:!0,composed:!0}))}static{this.styles=[f,g`
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
    `]}};customElements.define("secure-hub-panel",ye);
