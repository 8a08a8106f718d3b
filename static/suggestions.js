/* Suggestions for the search fields, as the combobox pattern of the ARIA Authoring Practices Guide describes it. Without
   this script the fields are plain text fields. */
(() => {
  "use strict";
  const DELAY_MS = 180;
  const MIN_LENGTH = 2;
  const FIELD = "[data-suggestions-url]";
  let pendingRequest; // an AbortController
  let pendingTimer;
  const listboxOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const closeListbox = (input) => {
    clearTimeout(pendingTimer);
    pendingRequest?.abort();
    listboxOf(input)?.remove();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const openListbox = (input, suggestions) => {
    closeListbox(input);
    // What is typed already needs no suggestion, which would only cover the button below it.
    const others = suggestions.filter(({ label, url }) => url || label !== input.value.trim());
    if (!others.length) return;
    const listbox = document.createElement("ul");
    listbox.className = "suggestions";
    listbox.id = input.getAttribute("aria-controls");
    listbox.setAttribute("role", "listbox");
    listbox.setAttribute("aria-label", input.labels[0].textContent);
    suggestions.forEach(({ label, category, url }, index) => {
      const option = document.createElement("li");
      option.id = `${listbox.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.url = url;
      option.dataset.label = label;
      option.append(label, " ", Object.assign(document.createElement("small"), { textContent: category }));
      listbox.append(option);
    });
    input.closest(".field").append(listbox);
    input.setAttribute("aria-expanded", "true");
  };
  const chooseOption = (input, option) => {
    const { url, label } = option.dataset;
    closeListbox(input);
    const parameters = new URL(url || location.href, location.href).searchParams;
    if (!url) input.value = label;
    else if (parameters.has("q")) input.value = parameters.get("q");
    else if (parameters.has("near")) { input.value = ""; input.form.elements.near.value = parameters.get("near"); }
    else { location.assign(url); return; }
    if (url) input.form.submit();
  };
  const moveSelection = (input, step) => {
    const options = [...listboxOf(input).children];
    const current = options.findIndex((option) => option.hasAttribute("aria-selected"));
    options[current]?.removeAttribute("aria-selected");
    // The field itself is one more position, before the first option and after the last.
    const positions = options.length + 1;
    const next = options[(current + step + 1 + positions) % positions - 1];
    next?.setAttribute("aria-selected", "true");
    next?.scrollIntoView({ block: "nearest" });
    if (next) input.setAttribute("aria-activedescendant", next.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const makeCombobox = (input) => {
    if (!input?.matches(FIELD) || input.hasAttribute("role")) return;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", `${input.id}-suggestions`]]) input.setAttribute(name, value);
  };

  const requestSuggestions = (input) => {
    closeListbox(input);
    const text = input.value.trim();
    if (text.length < MIN_LENGTH) return;
    pendingTimer = setTimeout(async () => {
      pendingRequest = new AbortController();
      try {
        const response = await fetch(input.dataset.suggestionsUrl + encodeURIComponent(text),
          { signal: pendingRequest.signal, credentials: "omit", cache: "no-store" });
        if (response.ok && document.activeElement === input) openListbox(input, await response.json());
      } catch { /* no suggestions are shown */ }
    }, DELAY_MS);
  };

  const focused = document.activeElement;
  makeCombobox(focused);
  // Suggest for text that the visitor typed before this script was loaded.
  if (focused?.matches(FIELD) && focused.value !== focused.defaultValue) requestSuggestions(focused);
  document.addEventListener("focusin", ({ target }) => makeCombobox(target));
  document.addEventListener("focusout", ({ target }) => { if (target.matches(FIELD)) closeListbox(target); });
  document.addEventListener("input", ({ target: input, isComposing }) => {
    if (input.matches(FIELD) && !isComposing) requestSuggestions(input);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.(FIELD) || !listboxOf(input)) return;
    const selected = listboxOf(input).querySelector("[aria-selected]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") moveSelection(input, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") closeListbox(input);
    else if (event.key === "Enter" && selected) chooseOption(input, selected);
    else return;
    event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.(".suggestions [role=option]");
    if (!option) return;
    event.preventDefault(); // keeps the focus in the field; without it, the listbox would close before the choice
    chooseOption(option.closest(".field").querySelector("input"), option);
  });
})();
