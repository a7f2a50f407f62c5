// What the tablet keeps, sealed: addresses, questionnaires, visits that wait, and what became of
// the others. The key is made here, cannot be read out of the browser, and is known to nobody else.
import { database, oldestFirst } from "../../../core/js/offline/store.js";

const ENTRIES = "entries";
const FACTS = "facts";
const KEYS = "keys";
const within = database("shizheng-survey-field", { [ENTRIES]: "offline_id", [FACTS]: "", [KEYS]: "" });

// Two tabs may make a key at the same moment: the first that is kept is the one that counts.
const key = async () => {
  const known = await within(KEYS, "readonly", (store) => store.get("key"));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await within(KEYS, "readwrite", (store) => store.add(made, "key")).catch(() => {});
  return within(KEYS, "readonly", (store) => store.get("key"));
};

const sealed = async (value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain) };
};

const unsealed = async ({ iv, data }) => {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await key(), data);
  return JSON.parse(new TextDecoder().decode(plain));
};

export const putFact = async (name, value) => {
  const kept = await sealed(value);
  return within(FACTS, "readwrite", (store) => store.put(kept, name));
};
export const factOf = async (name) => {
  const kept = await within(FACTS, "readonly", (store) => store.get(name));
  return kept && unsealed(kept);
};
export const putEntry = async (entry) => {
  const { offline_id, owner, state, saved_at } = entry;
  const kept = { offline_id, owner, state, saved_at, ...(await sealed(entry)) };
  return within(ENTRIES, "readwrite", (store) => store.put(kept));
};
export const dropEntry = (id) => within(ENTRIES, "readwrite", (store) => store.delete(id));
export const entries = async () => {
  const found = await within(ENTRIES, "readonly", (store) => store.getAll());
  return oldestFirst(await Promise.all(found.map(unsealed)));
};
