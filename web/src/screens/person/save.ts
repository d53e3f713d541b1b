/** Hand a value to the person as a JSON file. */
export function save(value: unknown, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    new Blob([JSON.stringify(value, null, 1)], { type: "application/json" }),
  );
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
