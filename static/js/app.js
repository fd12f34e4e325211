// Behaviour of every page, by event delegation on data-* attributes. Each module listens for itself.
import "./theme.js";
import "./messages.js";
import "./toasts.js";
import "./forms.js";
import "./shortcuts.js";
import "./select.js";
import "./copy.js";
import "./charts.js";
import "./rail.js";
