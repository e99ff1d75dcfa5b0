#pragma once
#include "apps/bertlet/samples/samples.h"

// Samples in the forms in which people have such data.
namespace apps::samples {

std::string single_tsv(const std::vector<Example>& rows, std::string_view label);  // sentence, and the label's name
std::string pair_tsv(const std::vector<Example>& rows, std::string_view label);    // sentence1, sentence2, label
std::string conll(const std::vector<Example>& rows);
std::string squad(const std::vector<SampleQuestion>& rows);  // SQuAD 2.0
std::string swag(const std::vector<SampleChoice>& rows);     // CSV
std::string paragraphs(const std::vector<std::vector<std::string>>& documents);

}  // namespace apps::samples
