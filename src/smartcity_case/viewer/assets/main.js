document.getElementById("text").textContent = payload.texts.map((each) => each.text).join("\n\n");
document.documentElement.dataset.ready = "yes";
