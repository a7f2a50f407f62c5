// Between the forms of the page and an entry that the device keeps.
// Returns an entry of what the form holds; the photos are copied, so that the device has them.
export const written = async (form, kind, area, place) => {
  const data = new FormData(form);
  const files = data.getAll("photos").filter((file) => file.size);
  data.delete("photos");
  const fields = { area, ...Object.fromEntries(data), ...(kind === "report" ? place ?? {} : {}) };
  if (kind !== "expense") delete fields.amount;
  const photos = [];
  for (const file of files) {
    const blob = new Blob([await file.arrayBuffer()], { type: file.type });
    photos.push({ name: file.name, blob, place: { ...place, taken_at: new Date(file.lastModified).toISOString() } });
  }
  const title = (fields.title ?? fields.description ?? "").slice(0, 60);
  return {
    offline_id: crypto.randomUUID(), kind, fields, photos, title, state: "waiting",
    saved_at: new Date().toISOString(),
  };
};

// Puts an entry that was refused back into its form.
export const putBack = (form, entry) => {
  for (const [name, value] of Object.entries(entry.fields)) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]:enabled`)) {
      if (control.type === "checkbox") control.checked = value === "on";
      else if (control.type !== "file") control.value = value;
    }
  }
  for (const box of form.querySelectorAll("[type=checkbox]:enabled")) {
    if (!(box.name in entry.fields)) box.checked = false;
  }
};
