/* The admin: accessible names for the autocomplete fields, which select2 creates by script and without names. */
(() => {
  "use strict";
  const labelOf = (select) => document.querySelector(`label[for="${select.id}"]`)?.textContent.replace(/:\s*$/, "") || "";

  const labelFields = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const combobox = select.nextElementSibling?.querySelector("[role=combobox]");
      const textbox = combobox?.querySelector("[role=textbox]");
      // select2 names the field by the chosen text, which is empty as long as nothing is chosen.
      combobox?.removeAttribute("aria-labelledby");
      const label = `${labelOf(select)} ${select.selectedOptions[0]?.text || ""}`.trim();
      for (const element of [combobox, textbox]) element?.setAttribute("aria-label", label);
    }
  };

  addEventListener("load", () => {
    const jquery = globalThis.django?.jQuery;
    if (!jquery) return;
    jquery(() => setTimeout(labelFields)); // after the script of Django's admin
    jquery(document).on("select2:select select2:unselect formset:added", () => setTimeout(labelFields));
    jquery(document).on("select2:open", (event) => {
      document.querySelector(".select2-container--open .select2-search__field")?.setAttribute("aria-label", labelOf(event.target));
    });
  });
})();
