/* The page of a group: the visitor's own time and day beside each time of a meeting, where their clock shows another.
   The page is the same for everyone, so only the browser knows. */
(() => {
  "use strict";
  const page = document.querySelector("[data-visitor-time]");
  const options = { weekday: "short", hour: "numeric", minute: "2-digit" };
  const { format } = new Intl.DateTimeFormat(document.documentElement.lang, options);
  for (const time of page.querySelectorAll("time[datetime]")) {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime) || [];
    const start = new Date(time.dateTime);
    const offset = Number(`${sign}1`) * (hours * 60 + Number(minutes));
    if (!sign || offset === -start.getTimezoneOffset()) continue;
    const note = Object.assign(document.createElement("span"), { className: "visitor-time" });
    note.textContent = page.dataset.visitorTime.replace("…", format(start).replace(/[AP]M/, (half) => half.toLowerCase()));
    time.after(" ", note);
  }
})();
