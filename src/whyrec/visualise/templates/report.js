(function () {
  var root = document.documentElement;
  var store = { get: function (k) { try { return localStorage.getItem(k); } catch (e) { return null; } },
                set: function (k, v) { try { localStorage.setItem(k, v); } catch (e) { /* private window */ } } };
  function language(lang) { root.lang = lang; store.set("whyrec-lang", lang); }
  function theme(name) { root.dataset.theme = name; store.set("whyrec-theme", name); }
  var asked = new URLSearchParams(location.search);
  language(asked.get("lang") === "zh" || asked.get("lang") === "en" ? asked.get("lang")
    : store.get("whyrec-lang") || (/^zh/.test(navigator.language) ? "zh" : "en"));
  theme(asked.get("theme") || store.get("whyrec-theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  document.getElementById("language").addEventListener("click", function () { language(root.lang === "en" ? "zh" : "en"); });
  document.getElementById("theme").addEventListener("click", function () { theme(root.dataset.theme === "dark" ? "light" : "dark"); });
  var graph = document.querySelector(".graph");
  if (!graph) return;
  var edges = graph.querySelectorAll(".edge"), nodes = graph.querySelectorAll(".node");
  function light(n) {
    graph.classList.toggle("on", n !== null);
    nodes.forEach(function (node) { node.classList.toggle("lit", node.dataset.n === n); });
    edges.forEach(function (edge) {
      var tied = edge.dataset.a === n || edge.dataset.b === n;
      edge.classList.toggle("lit", tied);
      if (tied) { nodes[edge.dataset.a].classList.add("lit"); nodes[edge.dataset.b].classList.add("lit"); }
    });
  }
  nodes.forEach(function (node) {
    ["mouseenter", "focus"].forEach(function (e) { node.addEventListener(e, function () { light(node.dataset.n); }); });
    ["mouseleave", "blur"].forEach(function (e) { node.addEventListener(e, function () { light(null); }); });
  });
})();
