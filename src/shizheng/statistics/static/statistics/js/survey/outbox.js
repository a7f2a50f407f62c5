// Sends what waits, never two tabs at once. The number of a visit never changes, so that the city
// keeps one record of it however often it is sent. Answers leave the tablet once they were taken in.
import { alone, PATIENCE, session } from "../../../core/js/offline/outbox.js";
import { entries, putEntry, putFact } from "./store.js";

const MOST = 50;

const sendAll = async (waiting, address, token) => {
  const records = waiting.map(({ offline_id, survey, number, outcome, noted_at, answers }) => (
    { offline_id, survey, number, outcome, noted_at, answers }));
  const answer = await fetch(address, {
    method: "POST", body: JSON.stringify({ records }), credentials: "same-origin",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
    signal: AbortSignal.timeout(PATIENCE),
  });
  return answer.ok ? (await answer.json()).answers : null;
};

// Sends everything that waits for this person. Returns whether the city answered.
export const drain = async (addresses, told) => {
  const ask = () => session(addresses.session, (found) => putFact("person", found));
  const person = await ask();
  told(person);
  if (!person?.signed_in || !person.keeps) return Boolean(person);
  const work = async () => {
    for (;;) {
      const all = await entries();
      const waiting = all.filter((entry) => entry.state === "waiting" && entry.owner === person.owner).slice(0, MOST);
      if (!waiting.length) return true;
      let answers = null;
      try {
        answers = await sendAll(waiting, addresses.send, person.token);
      } catch { /* no answer: they wait, and are sent again under the same numbers */ }
      if (!answers) return false;
      const said = new Map(answers.map((answer) => [answer.offline_id, answer]));
      for (const entry of waiting) {
        const answer = said.get(entry.offline_id);
        if (!answer) return false;
        const kept = { ...entry, state: answer.state, said: answer.said };
        if (answer.state === "taken") kept.answers = null;
        await putEntry(kept);
      }
      told(await ask());
    }
  };
  return alone("survey-outbox", work);
};
