// On a phone the rail is a strip that scrolls: the present place is brought into sight.
const present = document.querySelector(".wb-rail [aria-current]");
const rail = present?.parentElement;
if (rail) rail.scrollLeft = present.offsetLeft - (rail.clientWidth - present.clientWidth) / 2;
