/* Shows the API's document; nothing is asked of any other host. */
const place = document.getElementById("document");
window.SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  validatorUrl: null,
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
});
