/* test_entity.c - names in texts: which stand, which are one thing, what they are called for the reader. Whole analyses, since the
 * stage lives on what the ones before it leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/nutgraf.h"

static struct nutgraf *ng;
static struct nutgraf_worker *worker;
static struct arena arena;
static struct ng_analysis *an;

static int load_data(void **state) {
    struct err err = {0};
    const char *dir = getenv("NUTGRAF_DATA");
    (void)state;
    arena_init(&arena, (size_t)256 << 20);
    if (nutgraf_new(&ng, dir ? dir : "data", &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return 1;
    }
    return nutgraf_worker_new(&worker, ng, &err) != ERR_OK;
}

static int release_data(void **state) {
    (void)state;
    nutgraf_worker_free(worker);
    nutgraf_free(ng);
    arena_release(&arena);
    return 0;
}

static void analyze(const char *lang, const char *text, double min_confidence) {
    struct ng_request req = {.text = str_of(text), .language = str_of(lang), .target_language = STR("en"),
                             .features = NG_ENTITIES, .min_confidence = min_confidence};
    struct err err = {0};
    if (nutgraf_analyze(ng, worker, &arena, &req, &an, &err) != ERR_OK) {
        fail_msg("%s: %s", text, err.text);
    }
}

static const struct ng_entity *with_form(const char *form) {
    for (size_t i = 0; i < an->entity_count; i++) {
        for (size_t m = 0; m < an->entities[i].mention_count; m++) {
            struct ng_span s = an->entities[i].mentions[m].span;
            if (str_eqz(str_sub(an->text, s.start, s.end), form)) {
                return &an->entities[i];
            }
        }
    }
    return NULL;
}

static void is(const char *form, enum ng_type type, const char *canonical) {
    const struct ng_entity *e = with_form(form);
    if (!e) {
        fail_msg("'%s' was not found", form);
        return;
    }
    if (e->type != type || !str_eqz(e->canonical_name, canonical)) {
        fail_msg("'%s' is %s %.*s, not %s %s", form, ng_type_name(e->type), STR_ARG(e->canonical_name), ng_type_name(type), canonical);
    }
}

static void same(const char *form, const char *other) {
    const struct ng_entity *a = with_form(form), *b = with_form(other);
    if (!a || !b || a != b) {
        fail_msg("'%s'%s and '%s'%s are not one thing", form, a ? "" : " (not found)", other, b ? "" : " (not found)");
    }
}

static void test_entity__surnames_join_their_full_name(void **state) {
    (void)state;
    analyze("de", "Der Manager Thomas Reinhardt verlässt Siemens. Am Montag sagte Reinhardt, er gehe zu Bosch.", 0);
    same("Reinhardt", "Thomas Reinhardt");
    is("Bosch", NG_ORGANIZATION, "Bosch");
    analyze("vi", "Ông Phạm Nhật Vượng là chủ tịch Vingroup. Theo ông Vượng, công ty sẽ mở rộng.", 0);
    same("Vượng", "Phạm Nhật Vượng");
}

static void test_entity__brackets_tell_other_names(void **state) {
    (void)state;
    analyze("en", "The European Medicines Agency (EMA) reviewed the drug. The EMA declined to comment.", 0);
    same("EMA", "European Medicines Agency");
    analyze("zh", "谷歌联合创始人谢尔盖·布林（Sergey Brin）表示，公司将继续投资。", 0);
    same("Sergey Brin", "谢尔盖·布林");
    is("Sergey Brin", NG_PERSON, "Sergey Brin");
    analyze("de", "Die Bundesstelle für Flugunfalluntersuchung (BFU) ermittelt in Braunschweig. Ein Sprecher der BFU bestätigte das.", 0);
    same("BFU", "Bundesstelle für Flugunfalluntersuchung");
}

static void test_entity__scripts_and_forms_are_one_thing(void **state) {
    (void)state;
    analyze("zh", "阿里巴巴集團宣佈，阿里雲將擴大招聘。阿里的股價上漲。", 0);
    same("阿里", "阿里巴巴集團");
    is("阿里雲", NG_ORGANIZATION, "Alibaba Cloud");
    analyze("de", "ByteDance wirbt um Alibabas Forscher. Ein Alibaba-Team wechselte nach Peking.", 0);
    same("Alibabas", "Alibaba");
    is("Peking", NG_LOCATION, "Beijing");
}

static void test_entity__chinese_names_are_read_as_names(void **state) {
    (void)state;
    analyze("zh", "记者王小丽报道，工程师曾国强和教授欧阳文静在北京见面。欧阳文静表示，曾国强先生将离职。", 0);
    is("曾国强", NG_PERSON, "Zeng Guoqiang");
    is("欧阳文静", NG_PERSON, "Ouyang Wenjing");
    is("王小丽", NG_PERSON, "Wang Xiaoli");
}

static void test_entity__part_of_a_foreign_name_is_that_person(void **state) {
    (void)state;
    analyze("zh", "霍金斯当选国际数学联盟主席。新西兰数学家戴安娜·霍金斯生于奥克兰。霍金斯说，她很高兴。", 0);
    same("霍金斯", "戴安娜·霍金斯");
    is("霍金斯", NG_PERSON, "Diana Hawkins");
}

static void test_entity__a_given_name_that_is_not_told_is_left_out(void **state) {
    (void)state;
    analyze("zh", "警方昨日将犯罪嫌疑人胡某某抓获，胡某某今年32岁。", 0);
    is("胡某某", NG_PERSON, "Hu");
}

static void test_entity__ambiguous_names_want_evidence(void **state) {
    (void)state;
    analyze("de", "Im Garten wächst ein Baum mit Obst. Die Orange und die Linde stehen daneben, sagte der Gärtner.", 0);
    assert_null(with_form("Orange"));
    assert_null(with_form("Linde"));
    analyze("en", "The company said Apple shipped fewer units of the iPhone in Europe.", 0);
    is("Apple", NG_ORGANIZATION, "Apple");
    analyze("en", "Sevilla beat Arsenal 2-1 in the Champions League on Wednesday.", 0);
    is("Sevilla", NG_ORGANIZATION, "Sevilla FC");
    analyze("en", "Tourists visited Sevilla in spring and liked the old town.", 0);
    is("Sevilla", NG_LOCATION, "Seville");
}

static void test_entity__short_chinese_names_stand_on_word_bounds(void **state) {
    (void)state;
    analyze("zh", "他在演讲中兴奋地提到了发展中国家的问题。", 0);
    assert_null(with_form("中兴"));
    assert_null(with_form("中国"));
}

static void test_entity__names_of_institutions_part_by_part(void **state) {
    (void)state;
    analyze("vi", "Ngân hàng TMCP Quân đội và Tập đoàn Alibaba ký hợp đồng tại Hà Nội.", 0);
    is("Ngân hàng TMCP Quân đội", NG_ORGANIZATION, "MB Bank");
    is("Tập đoàn Alibaba", NG_ORGANIZATION, "Alibaba");
    is("Hà Nội", NG_LOCATION, "Hanoi");
    analyze("vi", "Tòa án nhân dân TP Hà Nội tuyên án ông Nguyễn Văn Nam hôm 3/5/2024, theo Bệnh viện đa khoa Hà Đông.", 0);
    is("Tòa án nhân dân TP Hà Nội", NG_ORGANIZATION, "Hanoi People's Court");
    is("Bệnh viện đa khoa Hà Đông", NG_ORGANIZATION, "Ha Dong General Hospital");
    analyze("de", "Das Landgericht Bremen und die Staatsanwaltschaft Hamburg schwiegen. Die Münchner Philharmoniker spielen weiter.", 0);
    is("Landgericht Bremen", NG_ORGANIZATION, "Bremen Regional Court");
    is("Staatsanwaltschaft Hamburg", NG_ORGANIZATION, "Hamburg public prosecutor's office");
    is("Münchner Philharmoniker", NG_ORGANIZATION, "Munich Philharmonic");
    analyze("zh", "青岛海事法院周三公布了结果。", 0);
    is("青岛海事法院", NG_ORGANIZATION, "Qingdao Maritime Court");
}

static void test_entity__han_names_of_other_peoples(void **state) {
    (void)state;
    analyze("zh", "日本首相昨天在东京表示,山田健太郎将出任大臣。东京的评论家佐野裕子说,山田还年轻,日本需要他。", 0);
    is("山田健太郎", NG_PERSON, "Kentaro Yamada");
    is("佐野裕子", NG_PERSON, "Yuko Sano");
    same("山田", "山田健太郎");
    analyze("zh", "董事长彼得·安德森在会上发言,让-皮埃尔·莫罗表示反对。", 0);
    is("彼得·安德森", NG_PERSON, "Peter Anderson");
    is("让-皮埃尔·莫罗", NG_PERSON, "Jean-Pierre Moreau");
    analyze("vi", "Ông Tôn Minh Huy, giám đốc một hãng ở Thượng Hải, bay đến Bắc Kinh hôm qua. Trung Quốc chưa bình luận về Tôn Minh Huy.", 0);
    is("Tôn Minh Huy", NG_PERSON, "Sun Minghui");
    analyze("vi", "Ông Tôn Minh Huy, giám đốc một hãng ở Hà Nội, bay đến Đà Nẵng hôm qua. Việt Nam tuyển Tôn Minh Huy.", 0);
    is("Tôn Minh Huy", NG_PERSON, "Tôn Minh Huy");
}

static void test_entity__a_surname_is_of_the_person_told_in_full(void **state) {
    (void)state;
    analyze("zh", "研究员凯莉·桑德斯离开了实验室。桑德斯说,她要回到大学。", 0);
    same("桑德斯", "凯莉·桑德斯");
    is("桑德斯", NG_PERSON, "Kelly Sanders");
    analyze("zh", "工作室的创始人查理·克利夫兰（Charlie Cleveland）上周被解雇。克利夫兰起诉了公司。", 0);
    same("克利夫兰", "查理·克利夫兰");
    same("Charlie Cleveland", "查理·克利夫兰");
    analyze("en", "The designer Tony Jackson left the studio. Jackson sued the company. The court in Jackson, Mississippi, heard him.", 0);
    same("Jackson", "Tony Jackson");
}

static void test_entity__short_forms_of_firms(void **state) {
    (void)state;
    analyze("en", "Bellhaven fired its chief on Monday. The board of Bellhaven Robotics said Bellhaven would hire a new one.", 0);
    same("Bellhaven", "Bellhaven Robotics");
    is("Bellhaven", NG_ORGANIZATION, "Bellhaven Robotics");
}

static void test_entity__storms_have_names(void **state) {
    (void)state;
    analyze("en", "Typhoon Varuna killed four people on Monday.", 0);
    is("Typhoon Varuna", NG_EVENT_NAME, "Typhoon Varuna");
    analyze("vi", "Trường học đóng cửa hôm 3/5/2024 vì bão số 7 đổ bộ.", 0);
    is("bão số 7", NG_EVENT_NAME, "Storm No. 7");
}

static void test_entity__institutions_without_a_name(void **state) {
    (void)state;
    analyze("de", "Das Innenministerium schwieg am Montag zu dem Bericht.", 0);
    is("Innenministerium", NG_ORGANIZATION, "Interior Ministry");
    analyze("zh", "环境部昨天公布了数字。", 0);
    is("环境部", NG_ORGANIZATION, "Ministry of Environment");
    analyze("zh", "各地环境部门也有报告。", 0);
    assert_null(with_form("环境部"));
}

static void test_entity__institutions_of_places(void **state) {
    (void)state;
    analyze("zh", "他毕业于匹兹堡师范大学,后来加入首尔爱乐乐团。", 0);
    assert_non_null(with_form("匹兹堡师范大学"));
    is("首尔爱乐乐团", NG_ORGANIZATION, "Seoul Philharmonic");
    analyze("vi", "Chiếc thuyền chìm trên sông Hàn, Đà Nẵng, hôm 3/5/2024.", 0);
    is("sông Hàn", NG_LOCATION, "Han River");
}

static void test_entity__min_confidence_leaves_mentions_out(void **state) {
    const char *text = "Thomas Reinhardt verlässt Siemens und geht zu Bosch nach Stuttgart, berichtete die Zeitung am 3. Mai 2024.";
    (void)state;
    analyze("de", text, 0);
    size_t all = an->entity_count;
    analyze("de", text, 0.96);
    assert_true(an->entity_count < all);
    for (size_t i = 0; i < an->entity_count; i++) {
        assert_true(an->entities[i].mention_count > 0);
        for (size_t m = 0; m < an->entities[i].mention_count; m++) {
            assert_true(an->entities[i].mentions[m].confidence >= 0.96f);
        }
    }
}

/* The name of who fills the role of the only event of the type; "" if there is none. */
static const char *who(const char *type, const char *role) {
    struct str name = STR("");
    for (size_t i = 0; i < an->event_count; i++) {
        for (size_t r = 0; r < an->events[i].role_count && str_eqz(an->events[i].type, type); r++) {
            const struct ng_role *it = &an->events[i].roles[r];
            name = str_eqz(it->name, role) && it->fillers[0].entity >= 0 ? an->entities[it->fillers[0].entity].name : name;
        }
    }
    return arena_dup(&arena, name).p;
}

static void told(const char *lang, const char *text, const char *type, const char *role, const char *name) {
    struct ng_request req = {.text = str_of(text), .language = str_of(lang), .features = NG_ENTITIES | NG_EVENTS};
    struct err err = {0};
    assert_int_equal(nutgraf_analyze(ng, worker, &arena, &req, &an, &err), ERR_OK);
    assert_string_equal(who(type, role), name);
}

static void test_entity__pronouns_go_by_what_names_tell_of_their_bearers(void **state) {
    (void)state;
    told("en", "Karin Lindqvist and Thomas Birch run the Leeds plant of Galdor Pumps. In May he joined Tarn Motors as chief engineer.",
         "personnel.hire", "person", "Thomas Birch");
    told("en", "Karin Lindqvist and Thomas Birch run the Leeds plant of Galdor Pumps. In May she joined Tarn Motors as chief engineer.",
         "personnel.hire", "person", "Karin Lindqvist");
    told("de", "Auf der Tagung sprachen Karin Lindqvist und Thomas Birch. Im Mai wechselt er zu Bosch.", "personnel.hire", "person", "Thomas Birch");
    told("en", "Mr Okonjo and Ms Adeyemi ran the Leeds plant together. In May she joined Siemens as chief engineer.", "personnel.hire", "person", "Adeyemi");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entity__surnames_join_their_full_name),
        cmocka_unit_test(test_entity__brackets_tell_other_names),
        cmocka_unit_test(test_entity__scripts_and_forms_are_one_thing),
        cmocka_unit_test(test_entity__chinese_names_are_read_as_names),
        cmocka_unit_test(test_entity__part_of_a_foreign_name_is_that_person),
        cmocka_unit_test(test_entity__a_given_name_that_is_not_told_is_left_out),
        cmocka_unit_test(test_entity__ambiguous_names_want_evidence),
        cmocka_unit_test(test_entity__short_chinese_names_stand_on_word_bounds),
        cmocka_unit_test(test_entity__names_of_institutions_part_by_part),
        cmocka_unit_test(test_entity__han_names_of_other_peoples),
        cmocka_unit_test(test_entity__a_surname_is_of_the_person_told_in_full),
        cmocka_unit_test(test_entity__short_forms_of_firms),
        cmocka_unit_test(test_entity__storms_have_names),
        cmocka_unit_test(test_entity__institutions_without_a_name),
        cmocka_unit_test(test_entity__institutions_of_places),
        cmocka_unit_test(test_entity__min_confidence_leaves_mentions_out),
        cmocka_unit_test(test_entity__pronouns_go_by_what_names_tell_of_their_bearers),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
