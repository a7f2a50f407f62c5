// Reports and records that wait or were sent, and who was signed in last.
import { fieldStore } from "../../../core/js/offline/store.js";

export const store = fieldStore("shizheng-village-field");
export const { putEntry, dropEntry, entries, factOf } = store;
