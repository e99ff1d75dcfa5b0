#pragma once
#include "bert/inside/logit_lens.h"
#include "bert/view/terminal.h"

// A lens as text, as JSON and as a page.
namespace bertlet::view {

struct LensForm {
  std::vector<int64_t> layers = {};  // only these; none: all, or as many as there is room for
  int64_t columns = 120;
  Colours colours = Colours::no;
};

std::string lens_text(const inside::LanguageModel& model, const text::Encoding& encoding, const inside::Lens& lens,
                      const LensForm& form);
std::string lens_text_of(int64_t token, const inside::LanguageModel& model, const text::Encoding& encoding,
                         const inside::Lens& lens, const LensForm& form);  // layer by layer, with the likeliest words
io::Json lens_json(const inside::LanguageModel& model, const text::Encoding& encoding, const inside::Lens& lens,
                   const LensForm& form);
std::string lens_page(const inside::LanguageModel& model, const text::Encoding& encoding, const inside::Lens& lens,
                      const LensForm& form, const std::string& title);

}  // namespace bertlet::view
