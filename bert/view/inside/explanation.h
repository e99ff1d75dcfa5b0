#pragma once
#include "bert/inside/explanation.h"
#include "bert/view/terminal.h"

// An explanation as text, as JSON and as a page.
namespace bertlet::view {

enum class Method { integrated, times_input, norm, occlusion };
std::vector<std::string> method_names();
double saliency(const inside::WordSaliency& word, Method method);

std::string explanation_text(const inside::Explanation& why, Method by, Colours colours);
io::Json explanation_json(const inside::Explanation& why);
std::string explanation_page(const inside::Explanation& why, Method by);  // of one file

}  // namespace bertlet::view
