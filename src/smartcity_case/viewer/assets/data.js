const payload = JSON.parse(document.getElementById("payload").textContent);
