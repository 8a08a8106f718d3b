/* Sends the forms of a person's own pages without leaving the page. Nothing typed is lost when the connection drops, the
   session ends, another tab saved first or the disk of the site is full. The script stores nothing. Without it the same
   forms work, and the server answers a failure with a page that holds what was typed. */
(() => {
  "use strict";

  const noticeWith = (text) => {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.textContent = text;
    return notice;
  };

  const showMessage = (form, text, withSignInLink) => {
    const target = form.querySelector("[data-message]");
    const notice = noticeWith(text);
    if (withSignInLink) {
      const link = document.createElement("a");
      Object.assign(link, { href: form.dataset.signInUrl, target: "_blank", rel: "noopener", className: "tap" });
      link.textContent = form.dataset.signInLabel;
      notice.append(" ", link);
    }
    target.replaceChildren(notice);
    target.scrollIntoView({ block: "center" });
  };

  const showOtherVersion = (form, fields) => {
    const list = document.createElement("dl");
    list.className = "facts";
    for (const { label, text } of fields) {
      const pair = document.createElement("div");
      const term = document.createElement("dt");
      const value = document.createElement("dd");
      term.textContent = label;
      value.textContent = text || "…";
      pair.append(term, value);
      list.append(pair);
    }
    const panel = document.createElement("div");
    panel.className = "panel flow";
    const heading = document.createElement("p");
    heading.textContent = form.dataset.otherVersionLabel;
    panel.append(heading, list);
    form.querySelector("[data-other-version]").replaceChildren(...(fields.length ? [panel] : []));
  };

  const markInvalidFields = (form, names) => {
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const fields = names.map((name) => form.querySelector(`[name="${name}"]`)).filter(Boolean);
    for (const field of fields) field.setAttribute("aria-invalid", "true");
    if (fields.length) fields[0].focus();
  };

  const post = (form, data) =>
    fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "error" });

  const readJson = async (response) => {
    try { return await response.json(); } catch { return {}; }
  };

  const save = async (form, submitter, isRetry) => {
    const data = new FormData(form, submitter);
    let response;
    try { response = await post(form, data); } catch { return showMessage(form, form.dataset.offlineMessage); }
    const answer = await readJson(response);
    if (answer.redirect_url) return location.assign(answer.redirect_url);
    if (answer.csrf_token) form.elements.csrfmiddlewaretoken.value = answer.csrf_token;
    if (response.status === 403 && answer.csrf_token && !isRetry) return save(form, submitter, true);
    if (response.status === 409 && "version" in answer) {
      form.elements.version.value = answer.version;
      showOtherVersion(form, answer.other_version);
    }
    showMessage(form, answer.message || form.dataset.refusedMessage, response.status === 401);
    markInvalidFields(form, answer.invalid_fields || []);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-personal-form]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try { await save(form, event.submitter, false); } finally { delete form.dataset.busy; }
  });
})();
