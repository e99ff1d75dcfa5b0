#include "bert/data/instances.h"

#include <fmt/core.h>

#include "bert/data/corpus_report.h"
#include "bert/data/inspect.h"

// What a model is pre-trained on, made of a text:   build/first_steps/09_pretraining/instances vocab.txt text.txt .

using namespace bertlet;

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: instances VOCAB TEXT FOLDER\n");
    return 2;
  }
  const text::Tokenizer tokenizer(text::Vocabulary::read(argv[1]));
  const std::filesystem::path folder = argv[3];

  data::write_corpus({argv[2]}, tokenizer, data::CorpusForm::lines, folder / "corpus");
  const data::Corpus corpus(folder / "corpus");
  fmt::print("{}\n", text_of(data::corpus_report(corpus, tokenizer, 24)));

  data::write_instances(corpus, data::Pieces(tokenizer), {.max_length = 24, .seed = 1}, folder / "instances");
  const data::Instances instances(folder / "instances");
  fmt::print("{} instances\n", instances.size());
  for (int64_t i = 0; i < std::min<int64_t>(instances.size(), 3); ++i)
    fmt::print("{}", text_of(instances.read(i), tokenizer.vocabulary(), tokenizer.mask_id(), data::Colours::no));
}
