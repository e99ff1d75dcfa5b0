#pragma once
#include "bert/inside/neighbours.h"
#include "bert/inside/probing.h"
#include "bert/inside/senses.h"
#include "bert/inside/structural_probe.h"
#include "bert/io/json/document.h"
#include "bert/view/terminal.h"

// Probes, neighbours and senses as text, as JSON and as pages.
namespace bertlet::view {

std::string probe_text(const inside::ProbeReport& report, Colours colours);
io::Json probe_json(const inside::ProbeReport& report);
std::string probe_page(const inside::ProbeReport& report, const std::string& title);

std::string structure_text(const inside::StructureReport& report, Colours colours);
io::Json structure_json(const inside::StructureReport& report);
std::string structure_page(const inside::StructureReport& report, const std::string& title);

// Words of the table of embeddings.
struct AskedWord {
  std::string word;
  inside::TableWord found;
};
std::string neighbours_text(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary);
io::Json neighbours_json(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary);
std::string neighbours_page(const std::vector<AskedWord>& words, const text::Vocabulary& vocabulary,
                            const std::string& title);

// An occurrence and its nearest ones, of each layer that is shown.
struct AskedOccurrence {
  int64_t occurrence;
  std::vector<std::pair<int64_t, std::vector<inside::NearRow>>> layers;
};
std::string occurrences_text(const inside::WordsInContext& words, const std::vector<AskedOccurrence>& asked,
                             int64_t columns);
io::Json occurrences_json(const inside::WordsInContext& words, const std::vector<AskedOccurrence>& asked);
std::string occurrences_page(const inside::WordsInContext& words, const std::vector<AskedOccurrence>& asked,
                             const std::string& title);

struct SenseStudy {
  inside::WordsInContext words = {};    // the word's occurrences
  std::vector<std::string> names = {};  // of senses; none where they are not known
  std::vector<int64_t> senses = {};     // of each occurrence
  std::vector<inside::SenseLayer> layers = {};
};
std::string senses_text(const SenseStudy& study, Colours colours);
io::Json senses_json(const SenseStudy& study);
std::string senses_page(const SenseStudy& study, const std::string& title);

}  // namespace bertlet::view
