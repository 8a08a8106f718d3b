/* Passkeys: make one, or show one. The button is hidden until it is known that this browser can do it; all of it can be
   done with a password instead. What the browser answers goes back in a form like any other. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  /* The options come as JSON (WebAuthn, PublicKeyCredential…OptionsJSON): what is bytes is in base64url. */
  const readable = ({ publicKey: given }) => {
    const key = { ...given, challenge: bytes(given.challenge) };
    if (given.user) key.user = { ...given.user, id: bytes(given.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (given[list]) key[list] = given[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: key };
  };

  const plain = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const optionsOf = async (form) => {
    const here = document.getElementById("passkey-options");
    if (here) return JSON.parse(here.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-passkey]")) {
      const form = button.form;
      const failed = document.getElementById("passkey-failed");
      button.hidden = false;
      button.addEventListener("click", async (event) => {
        event.preventDefault();
        failed.textContent = "";
        try {
          const options = readable(await optionsOf(form));
          const credential = await navigator.credentials[button.dataset.passkey](options);
          form.elements.credential.value = plain(credential);
          const stay = document.querySelector("input[type=checkbox][name=stay]");
          if (stay && form.elements.stay) form.elements.stay.value = stay.checked ? "on" : "";
          form.submit();
        } catch {
          failed.textContent = failed.dataset.words;
        }
      });
    }
  });
})();
