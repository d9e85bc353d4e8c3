// Single-letter keys of the desk. An element says its key in data-key: "j", "Enter", or
// two strokes, "n t". The key clicks buttons and links, chooses radio buttons and goes to
// fields. Nothing fires while somebody types, with Ctrl, Alt or Meta held, or when the
// officer has switched the keys off (body[data-keys] is missing then).
(() => {
  "use strict";
  let first = "";
  const typing = (el) => el.isContentEditable || /^(TEXTAREA|SELECT)$/.test(el.tagName) ||
    (el.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(el.type));

  const find = (stroke) => [...document.querySelectorAll("[data-key]")]
    .find((el) => el.dataset.key === stroke && !el.disabled && (el.offsetParent !== null || el.type === "radio"));

  const use = (el) => {
    if (/^(SELECT|TEXTAREA)$/.test(el.tagName) || (el.tagName === "INPUT" && !/^(radio|checkbox)$/.test(el.type))) {
      el.focus();
      return;
    }
    el.click();
  };

  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || e.isComposing) return;
    const el = e.target;
    if (e.key === "Escape") {
      first = "";
      const open = el.closest("details[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); } else if (typing(el)) el.blur();
      return;
    }
    if (!("keys" in document.body.dataset) || typing(el)) return;
    // A letter may stand on a key that a Hindi keyboard fills with another sign: the
    // place of the key decides then.
    const letter = /^[a-z]$/i.test(e.key) || e.key.length > 1 || e.code === "" ? e.key : (/^Key([A-Z])$/.exec(e.code) || [0, e.key])[1];
    const key = letter.length === 1 ? letter.toLowerCase() : letter;
    if (key === "Enter" && /^(A|BUTTON|SUMMARY)$/.test(el.tagName)) return;
    const stroke = first ? first + " " + key : key;
    first = "";
    const target = find(stroke);
    if (target) {
      e.preventDefault();
      use(target);
    } else if (document.querySelector(`[data-key^="${CSS.escape(stroke)} "]`)) {
      e.preventDefault();
      first = stroke;
      const place = document.querySelector(`[data-key^="${CSS.escape(stroke)} "]`);
      place.scrollIntoView({ block: "nearest" });
    }
  });

  // A list that makes a choice elsewhere meaningless chooses "other" for it.
  document.addEventListener("change", (e) => {
    const picks = e.target.dataset && e.target.dataset.picks;
    if (!picks || !e.target.value) return;
    const radio = e.target.form.querySelector(`[type="radio"][value="${CSS.escape(picks)}"]`);
    if (radio) radio.checked = true;
  });

  // After a part of the page was swapped, reading goes on at its heading.
  document.addEventListener("htmx:afterSettle", () => {
    const main = document.getElementById("main");
    if (main && !main.contains(document.activeElement)) {
      main.tabIndex = -1;
      main.focus({ preventScroll: true });
    }
  });
})();
