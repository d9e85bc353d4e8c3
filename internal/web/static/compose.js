// Counts a reply as its channel does, from the table that the server counts by, and warns
// of telephone numbers and the like in what everybody can read.
(() => {
  "use strict";
  let table = null;
  const counters = {
    chars: (text) => [...text].length,
    x: (text) => xLength(text.normalize("NFC")),
  };

  const inRanges = (ranges, c) => ranges.some(([from, to]) => from <= c && c <= to);

  const knownDomain = (labels, bare) => {
    const parts = labels.split(".");
    for (let n = parts.length; n >= 2; n--) {
      const domain = parts.slice(0, n).join(".");
      if (bare && /[^\u0000-\u007f]/.test(domain)) continue;
      if (table.tlds.includes(parts[n - 1].toLowerCase())) return domain.length;
    }
    return 0;
  };

  const firstLink = (s) => {
    const find = new RegExp(table.domain, "giu");
    for (let m; (m = find.exec(s));) {
      const bare = !m[1];
      const start = m.index, labels = start + (m[1] || "").length;
      const size = knownDomain(m[2], bare);
      const before = s.slice(0, start);
      if (size === 0 || new RegExp(table.no_link_after, "iu").test(before) || (bare && new RegExp(table.no_bare_link_after, "iu").test(before))) continue;
      let end = labels + size;
      if (size === m[2].length) end += (new RegExp(table.path, "iu").exec(s.slice(end)) || [""])[0].length;
      return [start, end];
    }
    return [s.length, s.length];
  };

  const emojiSize = (c) => {
    const at = (i) => c[i] || 0;
    const between = (i, a, b) => a <= at(i) && at(i) <= b;
    if (between(0, 0x1f1e6, 0x1f1ff) && between(1, 0x1f1e6, 0x1f1ff)) return 2;
    if (at(0) === 0x23 || at(0) === 0x2a || between(0, 0x30, 0x39)) return at(1) === 0x20e3 ? 2 : at(1) === 0xfe0f && at(2) === 0x20e3 ? 3 : 0;
    let n = 0;
    while (inRanges(table.emoji, at(n))) {
      const light = inRanges(table.light, at(n));
      n++;
      if (at(n) === 0xfe0f) n++; else if (light) return n - 1;
      if (between(n, 0x1f3fb, 0x1f3ff)) n++;
      while (between(n, 0xe0020, 0xe007f)) n++;
      if (at(n) !== 0x200d || !inRanges(table.emoji, at(n + 1))) break;
      n++;
    }
    return n;
  };

  const weight = (s) => {
    let c = [...s].map((x) => x.codePointAt(0)), n = 0;
    while (c.length) {
      let size = emojiSize(c);
      if (size === 0) { n += inRanges(table.light, c[0]) ? 1 : table.heavy; size = 1; } else n += table.heavy;
      c = c.slice(size);
    }
    return n;
  };

  const xLength = (s) => {
    let n = 0;
    while (s) {
      const [start, end] = firstLink(s);
      n += weight(s.slice(0, start)) + (end > start ? table.link_weight : 0);
      s = s.slice(end);
    }
    return n;
  };

  const look = (area) => {
    const form = area.form, box = form.querySelector(".count");
    if (box && (box.dataset.by !== "x" || table)) {
      const limit = Number(box.dataset.limit), n = counters[box.dataset.by](area.value);
      const over = n > limit;
      box.classList.toggle("over", over);
      box.textContent = (over ? box.dataset.over.replace("{over}", n - limit) : box.dataset.words).replace("{n}", n).replace("{limit}", limit);
      form.querySelector("[type=submit]").disabled = over;
    }
    const warn = form.querySelector(".warn"), personal = area.closest(".composer").dataset.personal;
    if (warn) warn.hidden = !new RegExp(personal, "iu").test(area.value);
  };

  const start = async () => {
    const composer = document.querySelector(".composer[data-table]");
    if (!composer) return;
    if (!table && composer.querySelector('[data-by="x"]')) table = await (await fetch(composer.dataset.table)).json();
    composer.querySelectorAll("textarea").forEach(look);
  };
  document.addEventListener("input", (e) => { if (e.target.matches(".composer textarea")) look(e.target); });
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
  // Ctrl+Enter sends what is being written.
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.matches(".composer textarea")) e.target.form.requestSubmit();
  });
})();
