function e(t){let n=document.getElementById("announcer");n&&(n.textContent="",setTimeout(()=>n.textContent=t,50))}export{e as a};
