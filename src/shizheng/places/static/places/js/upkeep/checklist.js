// The form of one round, made from what the city says of its items.
import { made } from "../../../core/js/offline/page.js";

const IMAGES = "image/jpeg,image/png,image/webp";

export class Checklist {
  constructor(round, words, limits) {
    Object.assign(this, { round, words, limits });
    this.element = made("div", {}, ...round.items.map((item) => this.group(item)));
  }

  group(item) {
    const box = made("div", { className: "govuk-form-group" });
    box.dataset.item = item.id;
    if (["pass", "choice"].includes(item.kind)) box.append(this.choices(item));
    else box.append(this.label(item), ...this.control(item));
    return box;
  }

  name(item) {
    const unit = item.unit ? ` (${item.unit})` : "";
    return item.kind === "photo" ? this.words.photo.replace("{name}", item.name) : item.name + unit;
  }

  label(item) { return made("label", { className: "govuk-label", htmlFor: `item-${item.id}`, textContent: this.name(item) }); }

  control(item) {
    const id = `item-${item.id}`;
    if (item.kind === "photo") {
      return [made("input", { className: "govuk-file-upload", type: "file", id, name: item.id, accept: IMAGES, multiple: true })];
    }
    if (item.kind === "note") return [made("textarea", { className: "govuk-textarea", id, name: item.id, rows: 2, maxLength: 1000 })];
    const input = made("input", { className: "govuk-input govuk-input--width-10", id, name: item.id, inputMode: "decimal", autocomplete: "off" });
    if (item.low === null || item.high === null) return [input];
    const hint = made("div", { className: "govuk-hint", id: `${id}-hint` });
    hint.textContent = this.words.range.replace("{low}", item.low).replace("{high}", item.high);
    input.setAttribute("aria-describedby", hint.id);
    return [hint, input];
  }

  choices(item) {
    const options = item.kind === "pass" ? [["pass", this.words.yes], ["fail", this.words.no]] : item.options;
    const set = made("fieldset", { className: "govuk-fieldset" }, made("legend", { className: "govuk-fieldset__legend", textContent: item.name }));
    const radios = made("div", { className: "govuk-radios" });
    for (const [value, text] of options) {
      const id = `item-${item.id}-${value}`;
      radios.append(made("div", { className: "govuk-radios__item" },
        made("input", { className: "govuk-radios__input", type: "radio", id, name: item.id, value }),
        made("label", { className: "govuk-label govuk-radios__label", htmlFor: id, textContent: text })));
    }
    set.append(radios);
    return set;
  }

  controls(item) { return [...this.element.querySelectorAll(`[name="${CSS.escape(item.id)}"]`)]; }

  value(item) {
    const controls = this.controls(item);
    if (["pass", "choice"].includes(item.kind)) return controls.find((each) => each.checked)?.value ?? "";
    return item.kind === "photo" ? "" : controls[0].value.trim();
  }

  files(item) { return item.kind === "photo" ? [...this.controls(item)[0].files] : []; }

  // Says what is missing or cannot be, with the control to look at; or nothing.
  fault(keptPhotos = []) {
    const has = (item) => this.value(item) || this.files(item).length || keptPhotos.some((photo) => photo.item === item.id);
    for (const item of this.round.items) {
      const control = this.controls(item)[0];
      if (item.required && !has(item)) return [control, this.words.missing.replace("{question}", item.name)];
      const number = Number(this.value(item));
      const isNumber = item.kind === "number" && this.value(item);
      const isFar = (item.low !== null && number < item.low) || (item.high !== null && number > item.high);
      if (isNumber && (Number.isNaN(number) || isFar)) {
        return [control, `${item.name}: ${this.words.range.replace("{low}", item.low ?? "–").replace("{high}", item.high ?? "–")}`];
      }
    }
    return this.photoFault();
  }

  photoFault() {
    const photos = this.round.items.flatMap((item) => this.files(item).map((file) => [item, file]));
    const large = photos.find(([, file]) => file.size > this.limits.bytes);
    if (large) {
      const words = this.words.too_large.replace("{name}", large[1].name).replace("{limit}", Math.floor(this.limits.bytes / 2 ** 20));
      return [this.controls(large[0])[0], words];
    }
    if (photos.length > this.limits.most) return [this.controls(photos[0][0])[0], this.words.too_many.replace("{most}", this.limits.most)];
    return null;
  }

  answers() {
    const found = {};
    for (const item of this.round.items) {
      const value = this.value(item);
      if (value) found[item.id] = value;
    }
    return found;
  }

  // The photos are copied, so that the device has them whatever becomes of the files.
  async photos() {
    const found = [];
    for (const item of this.round.items) {
      for (const file of this.files(item)) {
        found.push({ item: item.id, name: file.name, blob: new Blob([await file.arrayBuffer()], { type: file.type }) });
      }
    }
    return found;
  }

  putBack(answers) {
    for (const item of this.round.items) {
      for (const control of this.controls(item)) {
        if (control.type === "radio") control.checked = control.value === answers[item.id];
        else if (control.type !== "file") control.value = answers[item.id] ?? "";
      }
    }
  }
}
