// What is sent of a report or a record, and what is kept of the answer.
import { drainOf } from "../../../core/js/offline/outbox.js";
import { store } from "./store.js";

const bodyOf = (entry) => {
  const body = new FormData();
  body.append("offline_id", entry.offline_id);
  body.append("kind", entry.kind);
  body.append("noted_at", entry.saved_at);
  for (const [name, value] of Object.entries(entry.fields)) body.append(name, value);
  if (entry.photos.length) body.append("photo_places", JSON.stringify(entry.photos.map((photo) => photo.place)));
  for (const photo of entry.photos) body.append("photos", photo.blob, photo.name);
  return body;
};

const sentOf = ({ number }) => ({ number, sent_at: new Date().toISOString() });

export const drain = drainOf({ name: "village", store, bodyOf, sentOf });
