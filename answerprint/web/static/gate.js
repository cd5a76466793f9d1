// Takes the secret out of the address into the form, and sends nothing: a person presses the button.

const form = document.getElementById("door");
const field = document.getElementById("secret");
const lost = document.getElementById("lost");

const given = location.hash.slice(1);
if (given) {
  field.value = given;
  // From here on neither the history nor who looks over a shoulder reads it.
  history.replaceState(null, "", "/g");
  // Who chooses another language comes back to this door with it, by the part of an address that no server sees.
  for (const way of document.querySelectorAll(".languages a")) way.hash = given;
}
if (form && !field.value) {
  lost.hidden = false;
  form.hidden = true;
}
