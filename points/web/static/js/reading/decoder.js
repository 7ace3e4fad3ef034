/* The reader of codes and its wasm, fetched when somebody opens the camera or chooses a photo. Pictures stay here. */
import { ways } from "./ways.js";

const QR = { formats: ["QRCode"], maxNumberOfSymbols: 4, tryHarder: true };
let reader = null, canvas = null;

/* Settled when the reader is there; tried again after it was not. */
export function load() {
  if (!reader) {
    const wasm = ways().dataset.wasm;
    reader = added(ways().dataset.reader).then(() => window.ZXingWASM.prepareZXingModule({
      overrides: { locateFile: () => wasm }, fireImmediately: true
    }));
    reader.catch(() => { reader = null; });
  }
  return reader;
}
function added(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.appendChild(script);
  });
}

/* The texts of the codes in a picture, each once; of it no more than `widest` pixels are looked at. */
export async function look(picture, width, height, widest) {
  const scale = Math.min(1, widest / Math.max(width, height));
  canvas = canvas || document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return texts(await window.ZXingWASM.readBarcodes(paper.getImageData(0, 0, canvas.width, canvas.height), QR));
}

/* The same of a file, which the reader takes apart by itself. */
export async function lookInto(file) {
  return texts(await window.ZXingWASM.readBarcodes(file, QR));
}

/* The texts of what the reader found, without what it could not read to the end. */
export function texts(found) {
  return Array.from(new Set(found.filter((one) => one.isValid && one.text).map((one) => one.text)));
}
