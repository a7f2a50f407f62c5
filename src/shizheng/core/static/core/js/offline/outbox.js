// Sends what waits, one after the other and never two tabs at once. The number of an entry never
// changes, so that the city takes it once however often it is sent.
export const PATIENCE = 60_000;

// Returns who is signed in and what the city tells them, or null where it cannot be asked.
export const session = async (address, keep) => {
  try {
    const answer = await fetch(address, {
      credentials: "same-origin", headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(15_000),
    });
    if (!answer.ok) return null;
    const found = await answer.json();
    if (found.signed_in) await keep?.(found);
    return found;
  } catch {
    return null;
  }
};

export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

// Sends one entry. Returns what became of it, or null where it has to wait.
const sendOne = async (entry, body, address, token, sentOf) => {
  const answer = await fetch(address, {
    method: "POST", body, credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": entry.offline_id },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok && said.offline_id === entry.offline_id) return { state: "sent", photos: [], ...sentOf(said) };
  const isRefused = answer.status >= 400 && answer.status < 500 && said.code
    && ![401, 429].includes(answer.status) && !said.code.startsWith("web.");
  return isRefused ? { state: "refused", code: said.code, said: `${said.message} ${said.hint}` } : null;
};

// Sends everything that waits for this person. Returns whether the city answered.
//   bodyOf: what is sent of an entry; sentOf: what is kept of the answer; told: hears of each step.
export const drainOf = ({ name, store, bodyOf, sentOf }) => async (addresses, told) => {
  const ask = () => session(addresses.session, (found) => store.putFact("person", found));
  const person = await ask();
  told(person);
  if (!person?.signed_in || !person.keeps) return Boolean(person);
  const work = async () => {
    let sent = 0;
    for (const { offline_id: id } of await store.entries()) {
      const entry = await store.entryOf(id); // another tab may have sent it meanwhile
      if (!entry || !["waiting", "sending"].includes(entry.state)) continue;
      if (entry.owner && entry.owner !== person.owner) continue;
      const own = { ...entry, owner: person.owner, owner_name: person.name };
      await store.putEntry({ ...own, state: "sending" });
      told(person);
      let outcome = null;
      try {
        outcome = await sendOne(entry, bodyOf(entry), addresses.send, person.token, sentOf);
      } catch { /* no answer: it waits, and is sent again under the same number */ }
      await store.putEntry({ ...own, ...(outcome ?? { state: "waiting" }) });
      told(person);
      if (!outcome) return false;
      sent += outcome.state === "sent";
    }
    if (sent) told(await ask()); // what is left to do
    return true;
  };
  return alone(`${name}-outbox`, work);
};
