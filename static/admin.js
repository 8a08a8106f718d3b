/* The curators' desk: names for the boxes that search as one types, which are made by script and come without. */
(() => {
  "use strict";
  const names = (select) => document.querySelector(`label[for="${select.id}"]`)?.textContent.replace(/:\s*$/, "") || "";

  const name = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const box = select.nextElementSibling?.querySelector("[role=combobox]");
      const shown = box?.querySelector("[role=textbox]");
      // The text that is shown is empty as long as nothing is chosen, and so no name.
      box?.removeAttribute("aria-labelledby");
      for (const part of [box, shown]) part?.setAttribute("aria-label", `${names(select)} ${select.selectedOptions[0]?.text || ""}`.trim());
    }
  };

  addEventListener("load", () => {
    const jquery = globalThis.django?.jQuery;
    if (!jquery) return;
    jquery(() => setTimeout(name)); // after Django's own
    jquery(document).on("select2:select select2:unselect formset:added", () => setTimeout(name));
    jquery(document).on("select2:open", (event) => {
      document.querySelector(".select2-container--open .select2-search__field")?.setAttribute("aria-label", names(event.target));
    });
  });
})();
