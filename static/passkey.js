/* Passkeys: create one, or sign in with one. The button stays hidden until the script knows that the browser supports
   passkeys; a password works for everything instead. The credential is sent to the server in an ordinary form. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const fromBase64Url = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const toBase64Url = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  /* The options are JSON (WebAuthn, PublicKeyCredential…OptionsJSON), with byte strings in base64url. */
  const decodeOptions = ({ publicKey: json }) => {
    const publicKey = { ...json, challenge: fromBase64Url(json.challenge) };
    if (json.user) publicKey.user = { ...json.user, id: fromBase64Url(json.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (json[list]) publicKey[list] = json[list].map((credential) => ({ ...credential, id: fromBase64Url(credential.id) }));
    }
    return { publicKey };
  };

  const encodeCredential = (credential) => {
    const response = {};
    for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[key]) response[key] = toBase64Url(credential.response[key]);
    }
    return JSON.stringify({
      id: credential.id, rawId: toBase64Url(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const loadOptions = async (form) => {
    const embedded = document.getElementById("passkey-options");
    if (embedded) return JSON.parse(embedded.textContent);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("no options");
    return (await response.json()).request_options;
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-passkey]")) {
      const form = button.form;
      const status = document.getElementById("passkey-status");
      button.hidden = false;
      button.addEventListener("click", async (event) => {
        event.preventDefault();
        status.textContent = "";
        try {
          const options = decodeOptions(await loadOptions(form));
          const credential = await navigator.credentials[button.dataset.passkey](options);
          form.elements.credential.value = encodeCredential(credential);
          const staySignedIn = document.querySelector("input[type=checkbox][name=stay]");
          if (staySignedIn && form.elements.stay) form.elements.stay.value = staySignedIn.checked ? "on" : "";
          form.submit();
        } catch {
          status.textContent = status.dataset.failed;
        }
      });
    }
  });
})();
