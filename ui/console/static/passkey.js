// Passkeys: asks the server what is to be signed or made, the browser for it, and sends the answer as an ordinary form.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).publicKey;
  };
  const plain = (made) => {
    const said = made.response, response = { clientDataJSON: text(said.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) if (said[name]) response[name] = text(said[name]);
    return { id: made.id, rawId: text(made.rawId), type: made.type, response };
  };
  const sign = async () => {
    const options = await asked("/console/passkey");
    return navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: ids(options.allowCredentials) } });
  };
  const make = async () => {
    const options = await asked("/console/account/options");
    return navigator.credentials.create({ publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: ids(options.excludeCredentials) } });
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form || form.elements.answer.value) return;
    event.preventDefault();
    try {
      form.elements.answer.value = JSON.stringify(plain(await (form.dataset.passkey === "make" ? make() : sign())));
      form.submit();
    } catch (error) { form.querySelector("[data-failed]").hidden = false; }
  });
})();
