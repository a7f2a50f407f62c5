// Inspections that wait or were sent, and who was signed in with which stops.
import { fieldStore } from "../../../core/js/offline/store.js";

export const store = fieldStore("shizheng-upkeep-field");
export const { putEntry, dropEntry, entries, factOf } = store;
