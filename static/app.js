// Starts the vendored components. Every page works without this file.
import { initAll } from "./govuk/govuk-frontend.min.js";
initAll();

// "Check progress": what is new comes into the page, so that nobody loses their place. Without scripts the link loads the page.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-app-progress]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(link.dataset.appProgress);
    if (!answer.ok || !fresh.querySelector("a[data-app-progress]")) throw new Error("it has ended");
    document.title = page.title;
    const old = document.getElementById(link.dataset.appProgress);
    for (const part of ["h2", "[role=status]"]) old.querySelector(part).innerHTML = fresh.querySelector(part).innerHTML;
  } catch {
    location.assign(link.href);
  }
});

// Ctrl or Cmd K goes to the search of the header from anywhere on a page.
document.addEventListener("keydown", (event) => {
  const search = document.getElementById("site-search");
  if (!search || event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  search.focus();
  search.select();
});
