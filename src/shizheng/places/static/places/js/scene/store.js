// What the device keeps for the scene: the buildings as they were told, plans, and what was opened.
import { database } from "../../../core/js/offline/store.js";

const within = database("shizheng-rescue-scene", { facts: "", plans: "", openings: "" });

export const put = (store, key, value) => within(store, "readwrite", (rows) => rows.put(value, key));
export const of = (store, key) => within(store, "readonly", (rows) => rows.get(key));
export const drop = (store, key) => within(store, "readwrite", (rows) => rows.delete(key));
export const keys = (store) => within(store, "readonly", (rows) => rows.getAllKeys());
export const all = (store) => within(store, "readonly", (rows) => rows.getAll());
export const empty = async () => { for (const name of ["facts", "plans"]) await within(name, "readwrite", (rows) => rows.clear()); };
