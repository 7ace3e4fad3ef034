/* A text of the page, copied. The clipboard of a page that came by plain http is reached by selecting. */
const selected = (text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
};

export const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text.textContent.trim());
    return true;
  } catch {
    return selected(text);
  }
};
