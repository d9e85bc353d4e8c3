// Asks the browser for a passkey where a form offers one, and sends its answer with the
// form. Without scripts the form stays hidden and the page names the other way.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const question = (o) => {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.allowCredentials, o.excludeCredentials]) for (const c of list ?? []) c.id = bytes(c.id);
    return { publicKey: o };
  };
  const answer = (c) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (c.response[part]) response[part] = text(c.response[part]);
    }
    if (c.response.getTransports) response.transports = c.response.getTransports();
    return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, response, authenticatorAttachment: c.authenticatorAttachment ?? undefined, clientExtensionResults: c.getClientExtensionResults() });
  };
  const ask = async (form) => {
    const asked = await fetch(form.dataset.passkey, { method: "POST" });
    if (!asked.ok) throw new Error("not asked");
    const q = question((await asked.json()).publicKey);
    const c = "make" in form.dataset ? await navigator.credentials.create(q) : await navigator.credentials.get(q);
    form.elements.credential.value = answer(c);
    form.submit();
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.nextElementSibling.hidden = true;
    const failed = form.querySelector(".error");
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      failed.hidden = true;
      ask(form).catch(() => { failed.hidden = false; });
    });
  }
})();
