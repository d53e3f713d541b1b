(function () {
  "use strict";
  var root = document.documentElement, tools = document.querySelector(".tools");
  var asked = new URLSearchParams(location.search);

  function kept(key, value) {  // a browser may forbid storage; the switches work all the same
    try {
      if (value !== undefined) localStorage.setItem("whyrec-" + key, value);
      return localStorage.getItem("whyrec-" + key);
    } catch (error) { return null; }
  }

  function language(name) {
    root.lang = name === "zh" ? "zh" : "en";
    document.querySelectorAll("[data-language]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.language === root.lang));
    });
    document.querySelectorAll("[data-en][data-zh]").forEach(function (part) {
      part.setAttribute("aria-label", part.dataset[root.lang]);
    });
  }

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function theme(name) {
    if (name === "dark" || name === "light") root.dataset.theme = name;
    document.getElementById("theme").setAttribute("aria-pressed", String(dark()));
  }

  tools.hidden = false;
  language(asked.get("lang") || kept("language") || (/^zh/.test(navigator.language) ? "zh" : "en"));
  theme(asked.get("theme") || kept("theme"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { theme(null); });
  document.querySelectorAll("[data-language]").forEach(function (button) {
    button.addEventListener("click", function () { language(button.dataset.language); kept("language", root.lang); });
  });
  document.getElementById("theme").addEventListener("click", function () {
    theme(dark() ? "light" : "dark");
    kept("theme", root.dataset.theme);
  });

  document.querySelectorAll(".graph").forEach(function (graph) {
    var edges = Array.from(graph.querySelectorAll(".edge")), nodes = Array.from(graph.querySelectorAll(".node"));
    var says = graph.closest("figure").querySelector(".ties"), pinned = null;

    function name(n) { return nodes[n].querySelector("title").textContent; }

    function show(n) {
      graph.classList.toggle("on", n !== null);
      nodes.forEach(function (node) { node.classList.remove("lit", "chosen"); });
      edges.forEach(function (edge) { edge.classList.remove("lit"); });
      says.textContent = "";
      if (n === null) return;
      nodes[n].classList.add("lit", "chosen");
      var ties = edges.filter(function (edge) { return +edge.dataset.a === n || +edge.dataset.b === n; });
      ties.sort(function (a, b) { return b.dataset.w - a.dataset.w; });
      says.textContent = name(n) + ": " + ties.map(function (edge) {
        var other = +edge.dataset.a === n ? +edge.dataset.b : +edge.dataset.a;
        edge.classList.add("lit");
        nodes[other].classList.add("lit");
        return name(other) + " " + edge.dataset.w;
      }).join(" · ");
    }

    function pin(n) {
      pinned = n;
      nodes.forEach(function (node, at) { node.setAttribute("aria-pressed", String(at === n)); });
      show(n);
    }

    function step(from, by) {
      var to = (from + by + nodes.length) % nodes.length;
      nodes[from].tabIndex = -1;
      nodes[to].tabIndex = 0;
      nodes[to].focus();
    }

    nodes.forEach(function (node, n) {
      node.addEventListener("mouseenter", function () { show(n); });
      node.addEventListener("mouseleave", function () { show(pinned); });
      node.addEventListener("focus", function () { show(n); });
      node.addEventListener("blur", function () { show(pinned); });
      node.addEventListener("click", function (event) { event.stopPropagation(); pin(pinned === n ? null : n); });
      node.addEventListener("keydown", function (event) {
        var by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (by) { step(n, by); event.preventDefault(); }
        if (event.key === "Enter" || event.key === " ") { pin(pinned === n ? null : n); event.preventDefault(); }
        if (event.key === "Escape") pin(null);
      });
    });
    graph.addEventListener("click", function () { pin(null); });
  });
})();
