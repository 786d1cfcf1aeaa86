(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('zaphub.theme');
  } catch {
    // Storage may be forbidden; the system's choice is then the only one.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
  var color = document.querySelector('meta[name="theme-color"]');
  if (color) color.setAttribute('content', dark ? '#0c1211' : '#fafcfb');
})();
