// Plays recorded readings again: a clock that runs as fast as one likes, posts on a map, a table.
// The element holds the record as JSON, the controls, the map and the table; without scripts the
// list of what the rule said, which the server writes below it, tells the same.
const TEN_MINUTES = 600;

class NightReplay extends HTMLElement {
  connectedCallback() {
    this.night = JSON.parse(this.querySelector("#night").textContent);
    this.levels = this.dataset.levels.split("|");
    this.moment = this.querySelector("[data-moment]");
    this.button = this.querySelector("[data-play-button]");
    this.speed = this.querySelector("[data-speed]");
    this.rows = [...this.querySelectorAll("[data-row]")];
    this.marks = [...this.querySelectorAll("[data-post]")];
    for (const each of this.querySelectorAll("[data-controls]")) each.hidden = false;
    this.moment.addEventListener("input", () => this.show());
    this.button.addEventListener("click", () => this.toggle());
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.keys);
  }

  get at() { return Number(this.moment.value); }

  pressed(event) {
    if (event.target.matches("input:not([data-moment]), select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "k") this.toggle();
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.move(event.key === "ArrowRight" ? TEN_MINUTES : -TEN_MINUTES);
    else return;
    event.preventDefault();
  }

  toggle() {
    const plays = this.timer !== undefined;
    clearInterval(this.timer);
    this.timer = undefined;
    if (!plays) {
      if (this.at >= this.night.end) this.moment.value = this.night.start;
      this.timer = setInterval(() => this.step(), 250);
    }
    this.button.firstChild.textContent = `${plays ? this.dataset.play : this.dataset.pause} `;
  }

  step() {
    this.move(Number(this.speed.value) / 4);
    if (this.at >= this.night.end) this.toggle();
  }

  move(seconds) {
    this.moment.value = Math.min(this.at + seconds, this.night.end);
    this.show();
  }

  // The newest reading of a post up to now; none where it is older than the rule believes.
  reading(post) {
    let found = null;
    for (const point of post.points) {
      if (point[0] > this.at) break;
      found = point;
    }
    return found && this.at - found[0] <= this.night.stale ? found : null;
  }

  // A moment as the pages write it: in Chinese with the year of the Republic.
  worded(when) {
    const { lang } = document.documentElement;
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.dataset.zone };
    const time = new Intl.DateTimeFormat("en", clock).format(when);
    if (!lang.startsWith("zh")) {
      return `${new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: this.dataset.zone }).format(when)} ${time}`;
    }
    const day = { year: "numeric", month: "numeric", day: "numeric", timeZone: this.dataset.zone };
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en", day).formatToParts(when).map((each) => [each.type, Number(each.value)]));
    return `${parts.year - 1911} 年 ${parts.month} 月 ${parts.day} 日 ${time}`;
  }

  show() {
    const when = new Date(this.at * 1000);
    const text = this.worded(when);
    this.querySelector("[data-clock]").textContent = text;
    this.moment.setAttribute("aria-valuetext", text);
    const counts = [0, 0, 0];
    this.night.posts.forEach((post, place) => {
      const point = this.reading(post);
      const level = point ? point[2] : null;
      if (level !== null) counts[level] += 1;
      const row = this.rows[place];
      row.querySelector("[data-value]").textContent = point ? point[1].toFixed(1) : "–";
      row.querySelector("[data-level]").textContent = level === null ? this.dataset.noNews : `${"●▲■"[level]} ${this.levels[level]}`;
      row.className = level ? `is-level-${level}` : "";
      this.marks[place].setAttribute("class", `replay-post ${level === null ? "is-silent" : `is-level-${level}`}`);
      this.marks[place].setAttribute("r", level === null ? 4 : 6 + level * 4);
    });
    this.querySelector("[data-said]").textContent = this.timer === undefined ? `${text} · ${this.levels[2]} ${counts[2]} · ${this.levels[1]} ${counts[1]}` : "";
  }
}
customElements.define("night-replay", NightReplay);
