// Takes the secret out of the address into the form, and sends nothing: a person presses the button.

const form = document.getElementById("door");
const field = document.getElementById("secret");
const lost = document.getElementById("lost");

const given = location.hash.slice(1);
if (given) {
  field.value = given;
  // From here on neither the history nor who looks over a shoulder reads it.
  history.replaceState(null, "", "/g");
}
if (form && !field.value) {
  lost.hidden = false;
  form.hidden = true;
}
