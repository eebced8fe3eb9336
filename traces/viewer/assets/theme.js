// Light or dark: as the system says, until the switch says otherwise.

const order = ['auto', 'light', 'dark'];
const sign = { auto: '◐', light: '☀', dark: '☾' };

function stored() {
  try {
    return localStorage.getItem('gym-replay-theme') || 'auto';
  } catch {
    return 'auto'; // storage may be forbidden
  }
}

function apply(button, theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.textContent = sign[theme];
  button.title = `Colours: ${theme}`;
  button.setAttribute('aria-label', `Colours: ${theme}. Change`);
}

export function themeSwitch(button) {
  let theme = stored();
  if (!order.includes(theme)) theme = 'auto';
  apply(button, theme);
  button.addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    try {
      localStorage.setItem('gym-replay-theme', theme);
    } catch {
      /* only for this visit, then */
    }
    apply(button, theme);
  });
}
