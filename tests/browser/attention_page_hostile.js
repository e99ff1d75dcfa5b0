// A text of which each token would be something else if it were not text.

const shown = texts("#figures text");
for (const token of ["<", ">", "/", "'", '"', "שלום", "😀"]) check(shown.includes(token), `${token} is not shown as it is: ${shown}`);
check(one("#what").textContent.includes("<" + "/script> <b>"), "the text is not shown as it is");
check(!one("main #what b b, main script"), "a text became a tag");
done();
