/* Forms in which a person writes: sent without leaving the page, so that nothing typed is lost when a connection drops,
   a sign-in ends, another tab was first or the site has no room. Nothing is stored. Without this script the same forms
   work, and the server answers a failure with a page that holds what was typed. */
(() => {
  "use strict";

  const paragraph = (words) => {
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = words;
    return line;
  };

  const say = (form, words, signIn) => {
    const place = form.querySelector("[data-say]");
    const line = paragraph(words);
    if (signIn) {
      const link = document.createElement("a");
      Object.assign(link, { href: form.dataset.signIn, target: "_blank", rel: "noopener", className: "tap" });
      link.textContent = form.dataset.signInWords;
      line.append(" ", link);
    }
    place.replaceChildren(line);
    place.scrollIntoView({ block: "center" });
  };

  const showOther = (form, theirs) => {
    const list = document.createElement("dl");
    list.className = "facts";
    for (const { label, text } of theirs) {
      const pair = document.createElement("div");
      const term = document.createElement("dt");
      const words = document.createElement("dd");
      term.textContent = label;
      words.textContent = text || "…";
      pair.append(term, words);
      list.append(pair);
    }
    const sheet = document.createElement("div");
    sheet.className = "sheet flow";
    const head = document.createElement("p");
    head.textContent = form.dataset.theirs;
    sheet.append(head, list);
    form.querySelector("[data-other]").replaceChildren(...(theirs.length ? [sheet] : []));
  };

  const markWrong = (form, names) => {
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const fields = names.map((name) => form.querySelector(`[name="${name}"]`)).filter(Boolean);
    for (const field of fields) field.setAttribute("aria-invalid", "true");
    if (fields.length) fields[0].focus();
  };

  const send = (form, data) =>
    fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "error" });

  const answerOf = async (response) => {
    try { return await response.json(); } catch { return {}; }
  };

  const save = async (form, submitter, again) => {
    const data = new FormData(form, submitter);
    let response;
    try { response = await send(form, data); } catch { return say(form, form.dataset.offline); }
    const answer = await answerOf(response);
    if (answer.to) return location.assign(answer.to);
    if (answer.token) form.elements.csrfmiddlewaretoken.value = answer.token;
    if (response.status === 403 && answer.token && !again) return save(form, submitter, true);
    if (response.status === 409 && "version" in answer) {
      form.elements.version.value = answer.version;
      showOther(form, answer.theirs);
    }
    say(form, answer.say || form.dataset.refused, response.status === 401);
    markWrong(form, answer.wrong || []);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-own-form]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try { await save(form, event.submitter, false); } finally { delete form.dataset.busy; }
  });
})();
