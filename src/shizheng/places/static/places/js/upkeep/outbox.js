// What is sent of an inspection, and what is kept of the answer.
import { drainOf } from "../../../core/js/offline/outbox.js";
import { store } from "./store.js";

const bodyOf = (entry) => {
  const body = new FormData();
  for (const name of ["offline_id", "upkeep", "round", "key", "noted_at"]) body.append(name, entry[name]);
  body.append("sent_at", new Date().toISOString());
  for (const [name, value] of Object.entries(entry.place ?? {})) body.append(name, value);
  for (const [name, value] of Object.entries(entry.answers)) body.append(`answer.${name}`, value);
  for (const photo of entry.photos) body.append(`photo.${photo.item}`, photo.blob, photo.name);
  return body;
};

export const drain = drainOf({ name: "upkeep", store, bodyOf, sentOf: ({ said }) => ({ said }) });
