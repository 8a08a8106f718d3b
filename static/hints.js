/* What may be meant, while typing: a combobox as the ARIA patterns have it. Without it, the box is a plain one. */
(() => {
  "use strict";
  const WAIT_MS = 180;
  const SHORTEST = 2;
  let asking; // the request under way and the one that waits
  let waiting;
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const close = (input) => {
    clearTimeout(waiting);
    asking?.abort();
    listOf(input)?.remove();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const show = (input, rows) => {
    close(input);
    if (!rows.length) return;
    const list = document.createElement("ul");
    list.className = "hints";
    list.id = input.getAttribute("aria-controls");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].textContent);
    rows.forEach(({ label, what, url }, number) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${number}`;
      row.setAttribute("role", "option");
      row.dataset.url = url;
      row.dataset.label = label;
      row.append(label, " ", Object.assign(document.createElement("small"), { textContent: what }));
      list.append(row);
    });
    input.closest(".field").append(list);
    input.setAttribute("aria-expanded", "true");
  };
  const choose = (input, row) => {
    const { url, label } = row.dataset;
    close(input);
    const asked = new URL(url || location.href, location.href).searchParams;
    if (!url) input.value = label;
    else if (asked.has("q")) input.value = asked.get("q");
    else if (asked.has("near")) { input.value = ""; input.form.elements.near.value = asked.get("near"); }
    else { location.assign(url); return; }
    if (url) input.form.submit();
  };
  const move = (input, step) => {
    const rows = [...listOf(input).children];
    const now = rows.findIndex((row) => row.hasAttribute("aria-selected"));
    rows[now]?.removeAttribute("aria-selected");
    // One place more than rows: the box itself.
    const next = rows[(now + step + 1 + rows.length + 1) % (rows.length + 1) - 1];
    next?.setAttribute("aria-selected", "true");
    next?.scrollIntoView({ block: "nearest" });
    if (next) input.setAttribute("aria-activedescendant", next.id);
    else input.removeAttribute("aria-activedescendant");
  };

  const setUp = (input) => {
    if (!input?.matches("[data-hints]") || input.hasAttribute("role")) return;
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", `${input.id}-hints`]]) input.setAttribute(name, value);
  };

  const suggest = (input) => {
    close(input);
    const text = input.value.trim();
    if (text.length < SHORTEST) return;
    waiting = setTimeout(async () => {
      asking = new AbortController();
      try {
        const answer = await fetch(input.dataset.hints + encodeURIComponent(text),
          { signal: asking.signal, credentials: "omit", cache: "no-store" });
        if (answer.ok && document.activeElement === input) show(input, await answer.json());
      } catch { /* nothing is suggested */ }
    }, WAIT_MS);
  };

  const first = document.activeElement;
  setUp(first);
  // Who types fast has typed something by now.
  if (first?.matches("[data-hints]") && first.value !== first.defaultValue) suggest(first);
  document.addEventListener("focusin", ({ target }) => setUp(target));
  document.addEventListener("focusout", ({ target }) => { if (target.matches("[data-hints]")) close(target); });
  document.addEventListener("input", ({ target: input, isComposing }) => {
    if (input.matches("[data-hints]") && !isComposing) suggest(input);
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-hints]") || !listOf(input)) return;
    const row = listOf(input).querySelector("[aria-selected]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(input, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") close(input);
    else if (event.key === "Enter" && row) choose(input, row);
    else return;
    event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    const row = event.target.closest?.(".hints [role=option]");
    if (!row) return;
    event.preventDefault(); // the box keeps the focus, or its list would close first
    choose(row.closest(".field").querySelector("input"), row);
  });
})();
