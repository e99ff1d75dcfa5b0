#include <array>

#include "bert/data/instances.h"
#include "bert/inside/treebank.h"
#include "bert/io/files/file.h"
#include "bert/tasks/forms/examples.h"
#include "bert/tasks/questions/squad.h"
#include "core/require.h"
#include "tests/fuzz/inputs/reader.h"

namespace {

namespace data = bertlet::data;
namespace fs = std::filesystem;
namespace tasks = bertlet::tasks;
using tasks::Content;

// As something to train on, and as something that may be wrong in parts.
template <Content... contents>
void read_examples(const fs::path&, const fs::path& file) {
  for (const Content content : {contents...}) {
    try {
      static_cast<void>(tasks::read_examples(file, {.content = content}));
    } catch (const bertlet::Error&) {
    }
    static_cast<void>(tasks::read_examples(
        file, {.content = content, .label = tasks::LabelColumn::if_there, .bad_rows = tasks::BadRows::collected}));
  }
}

void read_questions(const fs::path& folder, const fs::path& file) {
  read_examples<Content::question>(folder, file);
  static_cast<void>(tasks::parse_squad(bertlet::io::read_file(file), file.string()));
}

void read_trees(const fs::path&, const fs::path& file) {
  for (const auto& sentence : bertlet::inside::read_treebank(file))
    if (sentence.size() < 50) static_cast<void>(bertlet::inside::tree_distances(sentence));
}

void read_corpus(const fs::path&, const fs::path& file) {
  const data::Corpus corpus(file);
  for (int64_t i = 0; i < corpus.documents(); ++i) static_cast<void>(corpus.document(i));
}

void read_instances(const fs::path&, const fs::path& file) {
  const data::Instances instances(file);
  for (int64_t i = 0; i < instances.size(); ++i) {
    static_cast<void>(instances.read(i));
    static_cast<void>(instances.length(i));
  }
}

constexpr std::array readers = {
    Reader{"tsv", "f.tsv", read_examples<Content::text, Content::pair, Content::words>},
    Reader{"csv", "f.csv", read_examples<Content::text_or_pair, Content::choice>},
    Reader{"jsonl", "f.jsonl", read_examples<Content::text, Content::words, Content::choice>},
    Reader{"conll", "f.conll", read_examples<Content::words>},
    Reader{"plain", "f.txt", read_examples<Content::plain, Content::words>},
    Reader{"squad", "f.json", read_questions},
    Reader{"treebank", "f.conllu", read_trees},
    Reader{"corpus", "f.corpus", read_corpus},
    Reader{"instances", "f.instances", read_instances},
};

}  // namespace

std::span<const Reader> data_readers() { return readers; }
