// Templates by "/": typed at the start or after a space it opens the list of those that
// fit; letters narrow it, arrows choose, Enter puts the filled words where "/" stood.
// Without this script a list and a button below the box do the same.
(() => {
  "use strict";
  let open = null; // {area, list, status, all, shown, at, from}

  const before = (area) => /(?:^|\s)\/([^\s/]*)$/.exec(area.value.slice(0, area.selectionStart));

  const cache = new Map();
  const load = (row, form) => {
    const data = new FormData(form), query = new URLSearchParams();
    for (const name of ["mode", "complainant", "account"]) if (data.get(name)) query.set(name, data.get(name));
    const address = row.dataset.templates + "?" + query;
    if (!cache.has(address)) cache.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((r) => (r.ok ? r.json() : [])));
    return cache.get(address);
  };

  const close = () => {
    if (!open) return;
    open.list.remove();
    open.status.textContent = "";
    for (const name of ["aria-controls", "aria-activedescendant"]) open.area.removeAttribute(name);
    open = null;
  };

  const mark = () => {
    [...open.list.children].forEach((item, i) => {
      item.setAttribute("aria-selected", i === open.at);
      if (i === open.at) {
        open.area.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    });
  };

  const fold = (s) => s.normalize("NFC").toLocaleLowerCase();

  const draw = (typed) => {
    const row = open.row;
    open.shown = open.all.filter((t) => fold(t.name).includes(fold(typed)) || fold(t.text).includes(fold(typed)));
    open.at = Math.min(open.at, Math.max(open.shown.length - 1, 0));
    open.list.replaceChildren(...open.shown.map((t, i) => {
      const item = document.createElement("li");
      item.id = "slash-" + i;
      item.setAttribute("role", "option");
      const name = document.createElement("b"), words = document.createElement("span");
      name.textContent = t.name;
      words.textContent = t.text;
      words.lang = t.lang;
      item.append(name, words);
      if (t.limit) {
        const size = document.createElement("small");
        size.textContent = t.length + " / " + t.limit;
        size.classList.toggle("over", t.over);
        item.append(size);
      }
      item.addEventListener("mousedown", (e) => { e.preventDefault(); put(t); });
      return item;
    }));
    open.status.textContent = open.shown.length ? row.dataset.found.replace("{n}", open.shown.length) : row.dataset.none;
    open.list.hidden = open.shown.length === 0;
    if (open.shown.length) mark(); else open.area.removeAttribute("aria-activedescendant");
  };

  const show = async (area) => {
    const row = area.form.querySelector(".slashrow"), typed = before(area);
    if (!row || !typed) return close();
    const all = await load(row, area.form);
    const now = before(area);
    if (!now || document.activeElement !== area) return close();
    if (!open || open.area !== area) {
      close();
      const list = document.createElement("ul"), status = row.querySelector("[role=status]") || row.appendChild(document.createElement("span"));
      list.className = "slash";
      list.id = "slash-list";
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", row.querySelector("label").textContent);
      status.className = "visually-hidden";
      status.setAttribute("role", "status");
      list.tabIndex = 0; // it scrolls
      list.addEventListener("mousedown", (e) => e.preventDefault());
      area.after(list);
      area.setAttribute("aria-controls", list.id);
      open = { area, list, status, row, all, at: 0 };
    }
    draw(now[1]);
  };

  // put replaces "/" and what was typed after it, and goes to the first gap.
  const put = (t) => {
    const { area, row } = open, end = area.selectionStart;
    let start = end - before(area)[1].length - 1;
    const rest = (area.value.slice(0, start) + area.value.slice(end)).trim();
    if (rest && t.text.endsWith(rest)) { // only the signature, with which the template ends too
      area.value = t.text;
      start = 0;
    } else area.setRangeText(t.text, start, end, "end");
    row.querySelector("select").value = t.id;
    close();
    const gap = area.value.indexOf("⟦", start), gapEnd = area.value.indexOf("⟧", gap);
    if (gap >= 0 && gapEnd > gap) area.setSelectionRange(gap, gapEnd + 1);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };

  document.addEventListener("input", (e) => { if (e.target.matches(".composer textarea")) show(e.target); });
  document.addEventListener("focusout", (e) => { if (open && e.target === open.area) close(); });
  // Before the keys of the page: Escape closes the list, not the box.
  document.addEventListener("keydown", (e) => {
    if (!open || e.target !== open.area || e.isComposing || e.ctrlKey || e.altKey || e.metaKey) return;
    const n = open.shown.length, step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.key === "Escape") close();
    else if (n && step) { open.at = (open.at + step + n) % n; mark(); }
    else if (n && (e.key === "Enter" || e.key === "Tab") && !e.shiftKey) put(open.shown[open.at]);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }, true);
})();
