// Between a questionnaire and the form on the page: makes the controls, reads them, puts back.
import { made } from "../../../core/js/offline/page.js";

const NUMBERS = new Set(["integer", "money", "decimal"]);

const control = (question, id, words) => {
  if (question.kind === "choice") {
    const options = [new Option(words.choose, ""), ...question.options.map(([value, label]) => new Option(label, value))];
    return made("select", { id, className: "govuk-select" }, ...options);
  }
  const isNumber = NUMBERS.has(question.kind);
  const input = made("input", { id, className: "govuk-input", autocomplete: "off", maxLength: question.max_length });
  if (question.kind === "date") input.type = "date";
  if (isNumber) input.inputMode = question.kind === "decimal" ? "decimal" : "numeric";
  return input;
};

const asked = (question, id, words) => {
  const hint = question.help && made("div", { className: "govuk-hint", id: `${id}-hint`, textContent: question.help });
  if (question.kind === "bool") {
    const box = made("input", { id, type: "checkbox", className: "govuk-checkboxes__input" });
    box.dataset.question = question.id;
    const label = made("label", { htmlFor: id, className: "govuk-label govuk-checkboxes__label", textContent: question.label });
    return made("div", { className: "govuk-checkboxes govuk-form-group" }, made("div", { className: "govuk-checkboxes__item" }, box, label), hint);
  }
  const field = control(question, id, words);
  field.dataset.question = question.id;
  if (hint) field.setAttribute("aria-describedby", hint.id);
  const label = made("label", { htmlFor: id, className: "govuk-label", textContent: question.label });
  return made("div", { className: "govuk-form-group" }, label, hint, field);
};

// One person after the other, each in a group of its own.
class People {
  constructor(question, words) {
    this.question = question;
    this.words = words;
    this.rows = made("div");
    this.removing = made("button", { type: "button", className: "govuk-button govuk-button--secondary", textContent: words.remove });
    const adding = made("button", { type: "button", className: "govuk-button govuk-button--secondary", textContent: words.add });
    adding.addEventListener("click", () => this.add()?.querySelector("input, select").focus());
    this.removing.addEventListener("click", () => { this.rows.lastElementChild.remove(); this.settle(); adding.focus(); });
    const hint = question.help && made("p", { className: "govuk-hint", textContent: question.help });
    this.element = made("div", {}, hint, this.rows, made("p", { className: "actions" }, adding, this.removing));
    this.add();
  }

  settle() { this.removing.hidden = this.rows.children.length < 2; }

  add() {
    const number = this.rows.children.length + 1;
    if (number > this.question.max_rows) return null;
    const legend = made("legend", { className: "govuk-fieldset__legend govuk-fieldset__legend--s", textContent: this.words.person.replace("{number}", number) });
    const controls = this.question.columns.map((column) => asked(column, `q-${this.question.id}-${number}-${column.id}`, this.words));
    const row = made("fieldset", { className: "govuk-fieldset" }, legend, ...controls);
    this.rows.append(row);
    this.settle();
    return row;
  }
}

const valueOf = (element) => (element.type === "checkbox" ? element.checked : element.value.trim());
const read = (scope, questions) => Object.fromEntries(questions.map((question) => (
  [question.id, valueOf(scope.querySelector(`[data-question="${question.id}"]`))])));
const fill = (scope, questions, values) => {
  for (const question of questions) {
    const element = scope.querySelector(`[data-question="${question.id}"]`);
    if (element.type === "checkbox") element.checked = values[question.id] === true;
    else element.value = values[question.id] ?? "";
  }
};

export class Questionnaire {
  constructor(survey, words) {
    this.words = words;
    this.plain = [];
    this.tables = new Map();
    this.element = made("div");
    for (const page of survey.pages) {
      const parts = page.questions.map((question) => {
        if (question.kind !== "table") {
          this.plain.push(question);
          return asked(question, `q-${question.id}`, words);
        }
        this.tables.set(question.id, new People(question, words));
        return this.tables.get(question.id).element;
      });
      this.element.append(made("section", {}, made("h3", { textContent: page.title }), ...parts));
    }
  }

  // Returns the first control that must be answered and is not, with its question.
  missing() {
    const lists = [[this.element, this.plain]];
    for (const table of this.tables.values()) for (const row of table.rows.children) lists.push([row, table.question.columns]);
    for (const [scope, questions] of lists) {
      for (const question of questions) {
        const element = scope.querySelector(`[data-question="${question.id}"]`);
        if (question.required && question.kind !== "bool" && !element.value.trim()) return [element, question.label];
      }
    }
    return null;
  }

  answers() {
    const found = read(this.element, this.plain);
    for (const [id, table] of this.tables) found[id] = [...table.rows.children].map((row) => read(row, table.question.columns));
    return found;
  }

  putBack(answers) {
    fill(this.element, this.plain, answers);
    for (const [id, table] of this.tables) {
      (answers[id] ?? []).forEach((values, place) => {
        const row = table.rows.children[place] ?? table.add();
        if (row) fill(row, table.question.columns, values);
      });
    }
  }
}
