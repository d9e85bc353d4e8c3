// Tells the reader that something new has come, without moving what is being read: the
// page's own "new" link appears, and the reader decides.
(() => {
  "use strict";
  let source = null;
  const follow = () => {
    const main = document.querySelector("main[data-events]");
    if (source || !main) return;
    source = new EventSource(main.dataset.events);
    source.addEventListener("changed", () => {
      const pill = document.getElementById("news");
      if (!pill) return;
      pill.querySelector("span").textContent = document.querySelector("main").dataset.new;
      pill.hidden = false;
    });
    source.addEventListener("ended", () => {
      source.close();
      location.assign("/sign-in");
    });
  };
  document.addEventListener("DOMContentLoaded", follow);
  if (document.readyState !== "loading") follow();
  addEventListener("pagehide", () => { if (source) { source.close(); source = null; } });
  addEventListener("pageshow", follow);
})();
