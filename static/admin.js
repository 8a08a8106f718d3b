/* The admin: accessible names for the autocomplete fields, which select2 creates by script and without names; lines that
   name the chosen checkboxes below them; and new meetings that take over the facts of the meeting above. */
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

  const nameChosen = (details) => {
    const labels = [...details.querySelectorAll("input:checked")].map((box) => box.closest("label").textContent.trim());
    details.querySelector("summary b").textContent = labels.join(", ") || details.dataset.emptyText;
  };

  // Facts that a new meeting takes from the one above it; its day, dates, name and note are its own.
  const COPIED = ["start", "minutes", "zone", "modes", "formats", "languages", "audiences", "access", "attendance_slips", "join_url", "join_phone"];
  const fieldsOf = (row, name) => [...row.querySelectorAll("input, select")].filter((field) => field.name === `${row.id}-${name}`);
  const isBlank = (field) => (field.type === "checkbox" ? !field.checked : field.value === "");
  const isRemoved = (row) => row.querySelector("[name$=-DELETE]")?.checked;

  const rowAbove = (row) => {
    let above = row.previousElementSibling;
    while (above && (!above.matches(".inline-related[id]") || isRemoved(above))) above = above.previousElementSibling;
    return above;
  };

  const copyFacts = (row, changed) => {
    const above = rowAbove(row);
    const isNew = fieldsOf(row, "id").every(isBlank);
    if (!above || !isNew || row.dataset.copied) return;
    row.dataset.copied = "yes";
    for (const name of COPIED) {
      const given = fieldsOf(above, name);
      const own = fieldsOf(row, name);
      if (own.includes(changed) || (name !== "zone" && !own.every(isBlank))) continue;
      own.forEach((field, index) => {
        if (field.type === "checkbox") field.checked = given[index].checked;
        else if (given[index].value) field.value = given[index].value;
      });
    }
    row.querySelectorAll("details.chosen").forEach(nameChosen);
    const text = row.querySelector("[data-copied-text]").dataset.copiedText;
    const line = Object.assign(document.createElement("p"), { className: "copied", role: "status" });
    row.querySelector("fieldset").prepend(line);
    line.textContent = text;
  };

  // A new row comes before the link that adds it: whoever uses the keyboard would have to go back to it.
  addEventListener("formset:added", ({ target }) => {
    target.querySelector(":is(input:not([type=hidden]), select, textarea):not([name$=-DELETE])")?.focus();
  });

  addEventListener("change", ({ target }) => {
    const details = target.closest("details.chosen");
    if (details) nameChosen(details);
    const row = target.closest(".meeting-rows .inline-related[id]");
    if (row && /-(weekday|start)$/.test(target.name)) copyFacts(row, target);
  });
})();
